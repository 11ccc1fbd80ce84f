// Java, by JNA: java -cp jna.jar -Djna.library.path=FOLDER Model.java.
import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

public class Model {
    // size_t is 64 bits wide here; JNA has NativeLong-like types for others.
    public interface Netweight extends Library {
        Pointer nwt_context_new(Pointer options);
        void nwt_context_free(Pointer context);
        void nwt_context_reset(Pointer context);
        void nwt_context_clear_error(Pointer context);
        int nwt_status(Pointer context);
        String nwt_message(Pointer context);
        Pointer nwt_input(Pointer context, int rank, long[] dims, String options);
        Pointer nwt_layer_parse(Pointer context, String text);
        int nwt_layer_set_string(Pointer layer, String key, String value);
        Pointer nwt_call(Pointer layer, Pointer input);
        long nwt_layer_name(Pointer layer, byte[] buffer, long size);
        String nwt_layer_kind(Pointer layer);
        long nwt_layer_count(Pointer layer, int what);
        Pointer nwt_layer_call_output(Pointer layer, long call, int index);
        long nwt_layer_weight_count(Pointer layer);
        int nwt_layer_weight(Pointer layer, long index, WeightInfo info);
        long nwt_layer_weight_path(Pointer layer, long index, byte[] buffer, long size);
        int nwt_tensor_rank(Pointer tensor);
        Pointer nwt_tensor_dims(Pointer tensor);
        long nwt_shape_text(int rank, Pointer dims, byte[] buffer, long size);
        String nwt_dtype_name(int dtype);
        Pointer nwt_model_new(Pointer context, int inputs, Pointer[] from, int outputs, Pointer[] to,
                String options);
        long nwt_model_layer_count(Pointer model);
        Pointer nwt_model_layer(Pointer model, long index);
        long nwt_model_params(Pointer model);
        long nwt_model_weight_bytes(Pointer model);
        int nwt_report(Pointer model, String options, Write write, Pointer user);
        int nwt_register(Pointer context, Kind kind);
        long nwt_op_dim(Pointer op, int input, long axis);
        int nwt_op_weight(Pointer op, String name, int count, Axis axes, int flags, int dtype);
    }

    public interface Write extends Callback {
        int invoke(Pointer user, Pointer text, long length);
    }

    public interface KindCallback extends Callback {
        int invoke(Pointer op, Pointer self);
    }

    @Structure.FieldOrder({"size", "name", "dims", "rank", "dtype", "trainable", "reserved", "elements", "bytes"})
    public static class WeightInfo extends Structure {
        public long size;
        public String name;
        public Pointer dims;
        public int rank, dtype, trainable, reserved;
        public long elements, bytes;
    }

    @Structure.FieldOrder({"label", "size", "flags", "reserved"})
    public static class Axis extends Structure {
        public String label;
        public long size;
        public int flags, reserved;
    }

    @Structure.FieldOrder({"key", "fallback", "help", "choices", "minimum", "maximum", "value_type",
            "flags", "offset", "count", "least", "most"})
    public static class Option extends Structure {
        public String key, fallback, help;
        public Pointer choices;
        public long minimum, maximum;
        public int value_type, flags, offset, count;
        public double least, most;
    }

    @Structure.FieldOrder({"size", "name", "aliases", "about", "options", "arguments", "option_size",
            "self_size", "arguments_size", "make", "weights", "shape", "user", "destroy", "flags",
            "remark", "work", "flops", "past", "past_size", "axis_size", "option_count",
            "argument_count"})
    public static class Kind extends Structure {
        public long size;
        public String name, aliases, about;
        public Pointer options, arguments;
        public long option_size, self_size, arguments_size;
        public KindCallback make, weights, shape;
        public Pointer user, destroy;
        public long flags;
        public String remark;
        public int work, flops;
        public Pointer past;
        public long past_size, axis_size;
        public int option_count, argument_count;
    }

    static final Netweight NWT = Native.load("netweight", Netweight.class,
            Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));

    // Owns all that is made in it.
    static class Network implements AutoCloseable {
        final Pointer context = NWT.nwt_context_new(null);

        @Override
        public void close() {
            NWT.nwt_context_free(context);
        }

        <T> T checked(T made) {
            int status = NWT.nwt_status(context);
            if (status != 0) {
                String message = "error " + status + ": " + NWT.nwt_message(context);
                NWT.nwt_context_clear_error(context);
                throw new IllegalArgumentException(message);
            }
            return made;
        }

        Pointer layer(String text) {
            return checked(NWT.nwt_layer_parse(context, text));
        }

        Pointer input(long... dims) {
            return checked(NWT.nwt_input(context, dims.length, dims, null));
        }

        Pointer mnist() {
            Pointer x = input(28, 28, 1), dense = layer("Dense(10)");
            NWT.nwt_layer_set_string(dense, "name", "it's");
            Pointer y = NWT.nwt_call(layer("Conv2D(32, 3, padding='same', activation='relu')"), x);
            y = NWT.nwt_call(dense, NWT.nwt_call(layer("Flatten()"), y));
            return checked(NWT.nwt_model_new(context, 1, new Pointer[] {x}, 1, new Pointer[] {y},
                    "name='mnist'"));
        }
    }

    interface Writer {
        long write(byte[] buffer, long size);
    }

    // What a function with snprintf's contract writes.
    static String written(Writer writer) {
        byte[] buffer = new byte[(int) writer.write(null, 0) + 1];
        writer.write(buffer, buffer.length);
        return new String(buffer, 0, buffer.length - 1, StandardCharsets.UTF_8);
    }

    static void print(Pointer layer) {
        Pointer output = NWT.nwt_layer_call_output(layer, 0, 0);
        System.out.println(written((b, s) -> NWT.nwt_layer_name(layer, b, s)) + " "
                + NWT.nwt_layer_kind(layer) + " "
                + written((b, s) -> NWT.nwt_shape_text(NWT.nwt_tensor_rank(output),
                        NWT.nwt_tensor_dims(output), b, s))
                + " " + NWT.nwt_layer_count(layer, 0));
        for (long i = 0; i < NWT.nwt_layer_weight_count(layer); i++) {
            long index = i;
            WeightInfo info = new WeightInfo();
            info.size = info.size();
            NWT.nwt_layer_weight(layer, index, info);
            System.out.println("  " + written((b, s) -> NWT.nwt_layer_weight_path(layer, index, b, s))
                    + " " + written((b, s) -> NWT.nwt_shape_text(info.rank, info.dims, b, s)) + " "
                    + NWT.nwt_dtype_name(info.dtype));
        }
    }

    static void plugin() {
        try (Network own = new Network()) {
            Option[] rows = (Option[]) new Option().toArray(2);
            rows[0].key = "axis";
            rows[0].fallback = "-1";
            rows[0].help = "the axis scaled";
            rows[0].minimum = Long.MIN_VALUE;
            rows[0].maximum = Long.MAX_VALUE;
            rows[0].value_type = 2; // NWT_TYPE_INT
            rows[0].count = 1;
            for (Option row : rows) {
                row.write();
            }
            Kind kind = new Kind();
            kind.size = kind.size();
            kind.name = "Scale";
            kind.options = rows[0].getPointer();
            kind.option_size = rows[0].size();
            kind.self_size = Long.BYTES;
            kind.weights = (op, self) -> {
                Axis axis = new Axis();
                axis.label = "features";
                axis.size = NWT.nwt_op_dim(op, 0, self.getLong(0));
                return NWT.nwt_op_weight(op, "scale", 1, axis, 0, 0);
            };
            NWT.nwt_register(own.context, kind);
            Pointer scale = own.layer("Scale(axis=1)");
            own.checked(NWT.nwt_call(scale, own.input(28, 28, 1)));
            print(scale);
        }
    }

    static long count() {
        try (Network own = new Network()) {
            long params = 0;
            for (int i = 0; i < 50; i++) {
                NWT.nwt_context_reset(own.context);
                params = NWT.nwt_model_params(own.mnist());
            }
            return params;
        }
    }

    public static void main(String[] arguments) throws Exception {
        try (Network network = new Network()) {
            Pointer model = network.mnist();
            for (long i = 1; i < NWT.nwt_model_layer_count(model); i++) {
                print(NWT.nwt_model_layer(model, i));
            }
            System.out.println("mnist: " + NWT.nwt_model_params(model) + " parameters, "
                    + NWT.nwt_model_weight_bytes(model) + " bytes");
            try {
                network.layer("Dense(-3)");
            } catch (IllegalArgumentException error) {
                System.out.println(error.getMessage());
            }
            StringBuilder out = new StringBuilder();
            NWT.nwt_report(model, "format='csv', columns='name,class,params'", (user, text, length) -> {
                out.append(new String(text.getByteArray(0, (int) length), StandardCharsets.UTF_8));
                return 0;
            }, null);
            System.out.print(out);
        }
        plugin();
        CompletableFuture<Long> first = CompletableFuture.supplyAsync(Model::count);
        CompletableFuture<Long> second = CompletableFuture.supplyAsync(Model::count);
        System.out.println("threads: 2 x 50 x " + (first.get().equals(second.get()) ? first.get() : -1));
    }
}
