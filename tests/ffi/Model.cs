// C#: mcs Model.cs && mono Model.exe, or any .NET.
using System;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Tasks;

static class Netweight
{
    const string Library = "netweight";
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate int Write(IntPtr user, IntPtr text, UIntPtr length);
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    public delegate int KindCallback(IntPtr op, IntPtr self);

    [StructLayout(LayoutKind.Sequential)]
    public struct WeightInfo
    {
        public UIntPtr Size;
        public IntPtr Name, Dims;
        public int Rank, Dtype, Trainable, Reserved;
        public long Elements, Bytes;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Axis
    {
        public IntPtr Label;
        public long Size;
        public int Flags, Reserved;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Option
    {
        public IntPtr Key, Fallback, Help, Choices;
        public long Minimum, Maximum;
        public int ValueType, Flags, Offset, Count;
        public double Least, Most;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Kind
    {
        public UIntPtr Size;
        public IntPtr Name, Aliases, About, Options, Arguments;
        public UIntPtr OptionSize, SelfSize, ArgumentsSize;
        public IntPtr Make;
        public KindCallback Weights;
        public IntPtr Shape, User, Destroy;
        public long Flags;
        public IntPtr Remark;
        public int Work, Flops;
        public IntPtr Past;
        public UIntPtr PastSize, AxisSize;
        public int OptionCount, ArgumentCount;
    }

    [DllImport(Library)] public static extern IntPtr nwt_context_new(IntPtr options);
    [DllImport(Library)] public static extern void nwt_context_free(IntPtr context);
    [DllImport(Library)] public static extern void nwt_context_reset(IntPtr context);
    [DllImport(Library)] public static extern void nwt_context_clear_error(IntPtr context);
    [DllImport(Library)] public static extern int nwt_status(IntPtr context);
    [DllImport(Library)] public static extern IntPtr nwt_message(IntPtr context);
    [DllImport(Library)] public static extern IntPtr nwt_input(IntPtr context, int rank, long[] dims, byte[] options);
    [DllImport(Library)] public static extern IntPtr nwt_layer_parse(IntPtr context, byte[] text);
    [DllImport(Library)] public static extern int nwt_layer_set_string(IntPtr layer, byte[] key, byte[] value);
    [DllImport(Library)] public static extern IntPtr nwt_call(IntPtr layer, IntPtr input);
    [DllImport(Library)] public static extern UIntPtr nwt_layer_name(IntPtr layer, byte[] buffer, UIntPtr size);
    [DllImport(Library)] public static extern IntPtr nwt_layer_kind(IntPtr layer);
    [DllImport(Library)] public static extern long nwt_layer_count(IntPtr layer, int what);
    [DllImport(Library)] public static extern IntPtr nwt_layer_call_output(IntPtr layer, long call, int index);
    [DllImport(Library)] public static extern long nwt_layer_weight_count(IntPtr layer);
    [DllImport(Library)] public static extern int nwt_layer_weight(IntPtr layer, long index, ref WeightInfo info);
    [DllImport(Library)] public static extern UIntPtr nwt_layer_weight_path(IntPtr layer, long index, byte[] buffer, UIntPtr size);
    [DllImport(Library)] public static extern int nwt_tensor_rank(IntPtr tensor);
    [DllImport(Library)] public static extern IntPtr nwt_tensor_dims(IntPtr tensor);
    [DllImport(Library)] public static extern UIntPtr nwt_shape_text(int rank, IntPtr dims, byte[] buffer, UIntPtr size);
    [DllImport(Library)] public static extern IntPtr nwt_dtype_name(int dtype);
    [DllImport(Library)] public static extern IntPtr nwt_model_new(IntPtr context, int inputs, IntPtr[] from, int outputs, IntPtr[] to, byte[] options);
    [DllImport(Library)] public static extern long nwt_model_layer_count(IntPtr model);
    [DllImport(Library)] public static extern IntPtr nwt_model_layer(IntPtr model, long index);
    [DllImport(Library)] public static extern long nwt_model_params(IntPtr model);
    [DllImport(Library)] public static extern long nwt_model_weight_bytes(IntPtr model);
    [DllImport(Library)] public static extern int nwt_report(IntPtr model, byte[] options, Write write, IntPtr user);
    [DllImport(Library)] public static extern int nwt_register(IntPtr context, ref Kind kind);
    [DllImport(Library)] public static extern long nwt_op_dim(IntPtr op, int input, long axis);
    [DllImport(Library)] public static extern int nwt_op_weight(IntPtr op, byte[] name, int count, ref Axis axes, int flags, int dtype);

    // Texts are UTF-8, whatever the platform's own strings are.
    public static byte[] Utf8(string text) { return Encoding.UTF8.GetBytes(text + "\0"); }
    public static string Text(IntPtr text)
    {
        int length = 0;
        while (Marshal.ReadByte(text, length) != 0) { length++; }
        var bytes = new byte[length];
        Marshal.Copy(text, bytes, 0, length);
        return Encoding.UTF8.GetString(bytes);
    }
    public static IntPtr Kept(string text)
    {
        byte[] bytes = Utf8(text);
        IntPtr kept = Marshal.AllocHGlobal(bytes.Length);
        Marshal.Copy(bytes, 0, kept, bytes.Length);
        return kept;
    }
    // What a function with snprintf's contract writes.
    public static string Written(Func<byte[], UIntPtr, UIntPtr> write)
    {
        var buffer = new byte[(int)write(null, UIntPtr.Zero) + 1];
        write(buffer, (UIntPtr)buffer.Length);
        return Encoding.UTF8.GetString(buffer, 0, buffer.Length - 1);
    }
}

// Owns all that is made in it.
sealed class Network : IDisposable
{
    public readonly IntPtr Context = Netweight.nwt_context_new(IntPtr.Zero);
    public void Dispose() { Netweight.nwt_context_free(Context); }
    public IntPtr Checked(IntPtr made)
    {
        int status = Netweight.nwt_status(Context);
        if (status != 0)
        {
            string message = "error " + status + ": " + Netweight.Text(Netweight.nwt_message(Context));
            Netweight.nwt_context_clear_error(Context);
            throw new ArgumentException(message);
        }
        return made;
    }
    public IntPtr Layer(string text) { return Checked(Netweight.nwt_layer_parse(Context, Netweight.Utf8(text))); }
    public IntPtr Input(params long[] dims) { return Checked(Netweight.nwt_input(Context, dims.Length, dims, null)); }
    public IntPtr Mnist()
    {
        IntPtr x = Input(28, 28, 1), dense = Layer("Dense(10)");
        Netweight.nwt_layer_set_string(dense, Netweight.Utf8("name"), Netweight.Utf8("it's"));
        IntPtr y = Netweight.nwt_call(Layer("Conv2D(32, 3, padding='same', activation='relu')"), x);
        y = Netweight.nwt_call(dense, Netweight.nwt_call(Layer("Flatten()"), y));
        return Checked(Netweight.nwt_model_new(Context, 1, new[] { x }, 1, new[] { y }, Netweight.Utf8("name='mnist'")));
    }
}

static class Program
{
    static void Print(IntPtr layer)
    {
        IntPtr output = Netweight.nwt_layer_call_output(layer, 0, 0);
        Console.WriteLine("{0} {1} {2} {3}", Netweight.Written((b, s) => Netweight.nwt_layer_name(layer, b, s)),
            Netweight.Text(Netweight.nwt_layer_kind(layer)),
            Netweight.Written((b, s) => Netweight.nwt_shape_text(Netweight.nwt_tensor_rank(output), Netweight.nwt_tensor_dims(output), b, s)),
            Netweight.nwt_layer_count(layer, 0));
        for (long i = 0; i < Netweight.nwt_layer_weight_count(layer); i++)
        {
            long index = i;
            var info = new Netweight.WeightInfo { Size = (UIntPtr)Marshal.SizeOf(typeof(Netweight.WeightInfo)) };
            Netweight.nwt_layer_weight(layer, index, ref info);
            Console.WriteLine("  {0} {1} {2}", Netweight.Written((b, s) => Netweight.nwt_layer_weight_path(layer, index, b, s)),
                Netweight.Written((b, s) => Netweight.nwt_shape_text(info.Rank, info.Dims, b, s)),
                Netweight.Text(Netweight.nwt_dtype_name(info.Dtype)));
        }
    }

    static int ScaleWeights(IntPtr op, IntPtr self)
    {
        var axis = new Netweight.Axis { Label = Netweight.Kept("features"), Size = Netweight.nwt_op_dim(op, 0, Marshal.ReadInt64(self)) };
        int status = Netweight.nwt_op_weight(op, Netweight.Utf8("scale"), 1, ref axis, 0, 0);
        Marshal.FreeHGlobal(axis.Label);
        return status;
    }

    static void Plugin()
    {
        using (var own = new Network())
        {
            int size = Marshal.SizeOf(typeof(Netweight.Option));
            IntPtr rows = Marshal.AllocHGlobal(2 * size);
            var row = new Netweight.Option { Key = Netweight.Kept("axis"), Fallback = Netweight.Kept("-1"), Help = Netweight.Kept("the axis scaled"),
                Minimum = long.MinValue, Maximum = long.MaxValue, ValueType = 2 /* NWT_TYPE_INT */, Count = 1 };
            Marshal.StructureToPtr(row, rows, false);
            Marshal.StructureToPtr(new Netweight.Option(), rows + size, false);
            var kind = new Netweight.Kind { Size = (UIntPtr)Marshal.SizeOf(typeof(Netweight.Kind)), Name = Netweight.Kept("Scale"),
                Options = rows, OptionSize = (UIntPtr)size, SelfSize = (UIntPtr)8, Weights = ScaleWeights };
            Netweight.nwt_register(own.Context, ref kind);
            IntPtr scale = own.Layer("Scale(axis=1)");
            own.Checked(Netweight.nwt_call(scale, own.Input(28, 28, 1)));
            Print(scale);
            GC.KeepAlive(kind.Weights); // as long as a layer of the kind may be called
        }
    }

    static long Count()
    {
        using (var own = new Network())
        {
            long count = 0;
            for (int i = 0; i < 50; i++)
            {
                Netweight.nwt_context_reset(own.Context);
                count = Netweight.nwt_model_params(own.Mnist());
            }
            return count;
        }
    }

    static void Main()
    {
        using (var network = new Network())
        {
            IntPtr model = network.Mnist();
            for (long i = 1; i < Netweight.nwt_model_layer_count(model); i++) { Print(Netweight.nwt_model_layer(model, i)); }
            Console.WriteLine("mnist: {0} parameters, {1} bytes", Netweight.nwt_model_params(model), Netweight.nwt_model_weight_bytes(model));
            try { network.Layer("Dense(-3)"); }
            catch (ArgumentException error) { Console.WriteLine(error.Message); }
            var text = new StringBuilder();
            Netweight.Write write = (user, bytes, length) =>
            {
                var piece = new byte[(int)length];
                Marshal.Copy(bytes, piece, 0, piece.Length);
                text.Append(Encoding.UTF8.GetString(piece));
                return 0;
            };
            Netweight.nwt_report(model, Netweight.Utf8("format='csv', columns='name,class,params'"), write, IntPtr.Zero);
            GC.KeepAlive(write);
            Console.Write(text);
        }
        Plugin();
        Task<long> first = Task.Run((Func<long>)Count), second = Task.Run((Func<long>)Count);
        Console.WriteLine("threads: 2 x 50 x {0}", first.Result == second.Result ? first.Result : -1);
    }
}
