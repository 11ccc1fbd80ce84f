"""Python, with nothing but ctypes: python3 model.py LIBRARY."""
import ctypes
import sys
import threading
from ctypes import POINTER, byref, c_char_p, c_double, c_int32, c_int64, c_size_t, c_void_p

lib = ctypes.CDLL(sys.argv[1])


class WeightInfo(ctypes.Structure):
    _fields_ = [('size', c_size_t), ('name', c_char_p), ('dims', POINTER(c_int64)),
                ('rank', c_int32), ('dtype', c_int32), ('trainable', c_int32),
                ('reserved', c_int32), ('elements', c_int64), ('bytes', c_int64)]


class Axis(ctypes.Structure):
    _fields_ = [('label', c_char_p), ('size', c_int64), ('flags', c_int32), ('reserved', c_int32)]


class Option(ctypes.Structure):
    _fields_ = [('key', c_char_p), ('fallback', c_char_p), ('help', c_char_p),
                ('choices', c_void_p), ('minimum', c_int64), ('maximum', c_int64),
                ('value_type', c_int32), ('flags', c_int32), ('offset', c_int32),
                ('count', c_int32), ('least', c_double), ('most', c_double)]


CALLBACK = ctypes.CFUNCTYPE(c_int32, c_void_p, c_void_p)
DESTROY = ctypes.CFUNCTYPE(None, c_void_p)
WRITE = ctypes.CFUNCTYPE(c_int32, c_void_p, c_void_p, c_size_t)


class Kind(ctypes.Structure):
    _fields_ = [('size', c_size_t), ('name', c_char_p), ('aliases', c_char_p), ('about', c_char_p),
                ('options', POINTER(Option)), ('arguments', POINTER(Option)),
                ('option_size', c_size_t), ('self_size', c_size_t), ('arguments_size', c_size_t),
                ('make', CALLBACK), ('weights', CALLBACK), ('shape', CALLBACK),
                ('user', c_void_p), ('destroy', DESTROY), ('flags', c_int64),
                ('remark', c_char_p), ('work', c_int32), ('flops', c_int32), ('past', c_void_p),
                ('past_size', c_size_t), ('axis_size', c_size_t), ('option_count', c_int32),
                ('argument_count', c_int32)]


def declare(name, result, *arguments):
    function = getattr(lib, 'nwt_' + name)
    function.restype, function.argtypes = result, arguments
    globals()[name] = function


declare('context_new', c_void_p, c_void_p)
declare('context_free', None, c_void_p)
declare('context_reset', None, c_void_p)
declare('context_clear_error', None, c_void_p)
declare('context_generation', c_int64, c_void_p)
declare('status', c_int32, c_void_p)
declare('message', c_char_p, c_void_p)
declare('input', c_void_p, c_void_p, c_int32, POINTER(c_int64), c_char_p)
declare('layer_parse', c_void_p, c_void_p, c_char_p)
declare('layer_set_string', c_int32, c_void_p, c_char_p, c_char_p)
declare('call', c_void_p, c_void_p, c_void_p)
declare('layer_name', c_size_t, c_void_p, c_char_p, c_size_t)
declare('layer_kind', c_char_p, c_void_p)
declare('layer_count', c_int64, c_void_p, c_int32)
declare('layer_call_output', c_void_p, c_void_p, c_int64, c_int32)
declare('layer_weight_count', c_int64, c_void_p)
declare('layer_weight', c_int32, c_void_p, c_int64, POINTER(WeightInfo))
declare('layer_weight_path', c_size_t, c_void_p, c_int64, c_char_p, c_size_t)
declare('tensor_rank', c_int32, c_void_p)
declare('tensor_dims', POINTER(c_int64), c_void_p)
declare('shape_text', c_size_t, c_int32, POINTER(c_int64), c_char_p, c_size_t)
declare('dtype_name', c_char_p, c_int32)
declare('model_new', c_void_p, c_void_p, c_int32, POINTER(c_void_p), c_int32, POINTER(c_void_p),
        c_char_p)
declare('model_layer_count', c_int64, c_void_p)
declare('model_layer', c_void_p, c_void_p, c_int64)
declare('model_params', c_int64, c_void_p)
declare('model_weight_bytes', c_int64, c_void_p)
declare('report', c_int32, c_void_p, c_char_p, WRITE, c_void_p)
declare('register', c_int32, c_void_p, POINTER(Kind))
declare('op_dim', c_int64, c_void_p, c_int32, c_int64)
declare('op_weight', c_int32, c_void_p, c_char_p, c_int32, POINTER(Axis), c_int32, c_int32)


def written(write, *leading):
    """What a function with snprintf's contract writes."""
    buffer = ctypes.create_string_buffer(write(*leading, None, 0) + 1)
    write(*leading, buffer, len(buffer))
    return buffer.value.decode()


class Network:
    """A context, which owns all that is made in it; use it in a `with` statement."""

    def __enter__(self):
        self.context = context_new(None)
        return self

    def __exit__(self, *_):
        context_free(self.context)

    def checked(self, made=None):
        code = status(self.context)
        if code:
            text = f'error {code}: {message(self.context).decode()}'
            context_clear_error(self.context)
            raise ValueError(text)
        return made

    def layer(self, text):
        return self.checked(layer_parse(self.context, text.encode()))

    def input(self, *dims):
        return self.checked(input(self.context, len(dims), (c_int64 * len(dims))(*dims), None))

    def mnist(self):
        x, dense = self.input(28, 28, 1), self.layer('Dense(10)')
        layer_set_string(dense, b'name', b"it's")
        y = call(self.layer("Conv2D(32, 3, padding='same', activation='relu')"), x)
        y = call(dense, call(self.layer('Flatten()'), y))
        return self.checked(model_new(self.context, 1, byref(c_void_p(x)), 1, byref(c_void_p(y)),
                                      b"name='mnist'"))


def show(layer):
    output = layer_call_output(layer, 0, 0)
    print(written(layer_name, layer), layer_kind(layer).decode(),
          written(shape_text, tensor_rank(output), tensor_dims(output)), layer_count(layer, 0))
    for i in range(layer_weight_count(layer)):
        info = WeightInfo(ctypes.sizeof(WeightInfo))
        layer_weight(layer, i, byref(info))
        print(' ', written(layer_weight_path, layer, i), written(shape_text, info.rank, info.dims),
              dtype_name(info.dtype).decode())


def plugin():
    """A kind made row by row: Scale(axis) multiplies one axis by a weight each."""
    @CALLBACK
    def weights(op, self):
        size = op_dim(op, 0, c_int64.from_address(self).value)
        return op_weight(op, b'scale', 1, byref(Axis(b'features', size, 0, 0)), 0, 0)

    ended = []
    rows = (Option * 1)(Option(b'axis', b'-1', b'the axis scaled', None, -32, 31, 2, 0, 0, 1))
    kind = Kind(ctypes.sizeof(Kind), b'Scale', None, b'multiplies one axis by a weight each', rows)
    kind.option_size, kind.option_count, kind.self_size = ctypes.sizeof(Option), 1, 8
    kind.weights, kind.user, kind.destroy = weights, 7, DESTROY(ended.append)
    with Network() as own:
        register(own.context, byref(kind))
        scale = own.layer('Scale(axis=1)')
        own.checked(call(scale, own.input(28, 28, 1)))
        show(scale)
    assert ended == [7], 'destroyed once, with its context'


def count(counts):
    with Network() as own:
        for _ in range(50):
            before = context_generation(own.context)
            context_reset(own.context)
            assert context_generation(own.context) > before
            params = model_params(own.mnist())
        counts.append(params)


with Network() as network:
    mnist = network.mnist()
    for i in range(1, model_layer_count(mnist)):
        show(model_layer(mnist, i))
    print(f'mnist: {model_params(mnist)} parameters, {model_weight_bytes(mnist)} bytes')
    try:
        network.layer('Dense(-3)')
    except ValueError as error:
        print(error)
    pieces = []
    write = WRITE(lambda user, text, size: pieces.append(ctypes.string_at(text, size)) or 0)
    report(mnist, b"format='csv', columns='name,class,params'", write, None)
    print(b''.join(pieces).decode(), end='')
plugin()
counts = []
threads = [threading.Thread(target=count, args=(counts,)) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f'threads: 2 x 50 x {counts[0] if counts[0] == counts[1] else -1}')
