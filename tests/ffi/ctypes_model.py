"""The shared library called from Python with nothing but ctypes: python3 FILE LIBRARY."""
import ctypes
import sys
from ctypes import POINTER, byref, c_char_p, c_int32, c_int64, c_size_t, c_void_p

lib = ctypes.CDLL(sys.argv[1])


def declare(name, result, *arguments):
    function = getattr(lib, name)
    function.restype, function.argtypes = result, arguments


HANDLE, TEXT = c_void_p, c_char_p
declare('nwt_version', TEXT)
declare('nwt_context_new', HANDLE, c_void_p)
declare('nwt_context_free', None, HANDLE)
declare('nwt_context_reset', None, HANDLE)
declare('nwt_context_generation', c_int64, HANDLE)
declare('nwt_status', c_int32, HANDLE)
declare('nwt_message', TEXT, HANDLE)
declare('nwt_input', HANDLE, HANDLE, c_int32, POINTER(c_int64), TEXT)
declare('nwt_layer_new', HANDLE, HANDLE, TEXT)
declare('nwt_layer_parse', HANDLE, HANDLE, TEXT)
declare('nwt_layer_set_int', c_int32, HANDLE, TEXT, c_int64)
declare('nwt_layer_set_string', c_int32, HANDLE, TEXT, TEXT)
declare('nwt_layer_name', c_size_t, HANDLE, c_char_p, c_size_t)
declare('nwt_call', HANDLE, HANDLE, HANDLE)
declare('nwt_tensor_rank', c_int32, HANDLE)
declare('nwt_tensor_dims', POINTER(c_int64), HANDLE)
declare('nwt_model_new', HANDLE, HANDLE, c_int32, POINTER(HANDLE), c_int32, POINTER(HANDLE), TEXT)
declare('nwt_model_params', c_int64, HANDLE)
declare('nwt_model_weight_bytes', c_int64, HANDLE)
WRITE = ctypes.CFUNCTYPE(c_int32, c_void_p, c_void_p, c_size_t)
declare('nwt_report', c_int32, HANDLE, TEXT, WRITE, c_void_p)


class Option(ctypes.Structure):
    _fields_ = [('key', TEXT), ('fallback', TEXT), ('help', TEXT), ('choices', c_void_p),
                ('minimum', c_int64), ('maximum', c_int64), ('type', c_int32), ('flags', c_int32),
                ('offset', c_int32), ('count', c_int32)]


class Axis(ctypes.Structure):
    _fields_ = [('label', TEXT), ('size', c_int64), ('flags', c_int32), ('reserved', c_int32)]


CALLBACK = ctypes.CFUNCTYPE(c_int32, HANDLE, c_void_p)
DESTROY = ctypes.CFUNCTYPE(None, c_void_p)


class Kind(ctypes.Structure):
    _fields_ = [('size', c_size_t), ('name', TEXT), ('aliases', TEXT), ('about', TEXT),
                ('options', POINTER(Option)), ('arguments', POINTER(Option)),
                ('option_size', c_size_t), ('self_size', c_size_t), ('arguments_size', c_size_t),
                ('make', CALLBACK), ('weights', CALLBACK), ('shape', CALLBACK),
                ('user', c_void_p), ('destroy', DESTROY), ('flags', c_int64), ('remark', TEXT),
                ('work', c_int32), ('flops', c_int32), ('past', c_void_p),
                ('past_size', c_size_t)]


declare('nwt_register', c_int32, HANDLE, POINTER(Kind))
declare('nwt_op_dim', c_int64, HANDLE, c_int32, c_int64)
declare('nwt_op_weight', c_int32, HANDLE, TEXT, c_int32, POINTER(Axis), c_int32, c_int32)

failures = 0


def test(function):
    """Runs a test with a context of its own and says how it went, as cmocka does."""
    global failures
    print('[ RUN      ]', function.__name__)
    context = lib.nwt_context_new(None)
    try:
        function(context)
        print('[       OK ]', function.__name__)
    except AssertionError as error:
        print(error, lib.nwt_message(context))
        print('[  FAILED  ]', function.__name__)
        failures += 1
    lib.nwt_context_free(context)


def equal(found, expected):
    assert found == expected, f'{found!r} is not {expected!r}'


def image(context):
    return lib.nwt_input(context, 3, (c_int64 * 3)(28, 28, 1), None)


def mnist(context):
    tensors = [image(context)]
    for text in (b"Conv2D(32, 3, padding='same', activation='relu')", b'Flatten()', b'Dense(10)'):
        tensors.append(lib.nwt_call(lib.nwt_layer_parse(context, text), tensors[-1]))
    first, last = HANDLE(tensors[0]), HANDLE(tensors[-1])
    return lib.nwt_model_new(context, 1, byref(first), 1, byref(last), b"name='mnist'")


@test
def counts(context):
    model = mnist(context)
    equal(lib.nwt_status(context), 0)
    equal((lib.nwt_model_params(model), lib.nwt_model_weight_bytes(model)), (251210, 1004840))


@test
def setters(context):
    layer = lib.nwt_layer_new(context, b'Conv2D')
    lib.nwt_layer_set_int(layer, b'filters', 8)
    lib.nwt_layer_set_int(layer, b'kernel_size', 5)
    lib.nwt_layer_set_string(layer, b'name', b"it's \"here\"")
    output = lib.nwt_call(layer, image(context))
    equal(lib.nwt_tensor_dims(output)[:lib.nwt_tensor_rank(output)], [-1, 24, 24, 8])
    needed = lib.nwt_layer_name(layer, None, 0)
    name = ctypes.create_string_buffer(needed + 1)
    equal((lib.nwt_layer_name(layer, name, needed + 1), name.value), (11, b"it's \"here\""))


@test
def errors(context):
    equal(lib.nwt_layer_parse(context, b'Dense(unitz=3)'), None)
    equal(lib.nwt_status(context), 2)
    assert b'units' in lib.nwt_message(context), 'the nearest name'
    equal(lib.nwt_status(None), 1)


@test
def reports(context):
    pieces = []
    write = WRITE(lambda user, text, size: pieces.append(ctypes.string_at(text, size)) or 0)
    equal(lib.nwt_report(mnist(context), b"format='json'", write, None), 0)
    assert b'"params": 251210' in b''.join(pieces).replace(b'":251210', b'": 251210')


@test
def generations(context):
    before = lib.nwt_context_generation(context)
    lib.nwt_context_reset(context)
    assert lib.nwt_context_generation(context) > before


@test
def plugin(context):
    """A kind made row by row: Scale(axis) multiplies one axis by a weight each."""
    @CALLBACK
    def weights(op, this):
        axis = c_int64.from_address(this).value
        axes = (Axis * 1)(Axis(b'features', lib.nwt_op_dim(op, 0, axis)))
        return lib.nwt_op_weight(op, b'scale', 1, axes, 0, 0)

    ended = []
    destroy = DESTROY(lambda user: ended.append(user))
    rows = (Option * 2)(Option(b'axis', b'-1', b'the axis scaled', None, -32, 31, 2, 0, 0, 1))
    kind = Kind(ctypes.sizeof(Kind), b'Scale', None, b'multiplies one axis by a weight each', rows)
    kind.option_size, kind.self_size = ctypes.sizeof(Option), 8
    kind.weights, kind.user, kind.destroy = weights, 7, destroy
    own = lib.nwt_context_new(None)
    equal(lib.nwt_register(own, byref(kind)), 0)
    first = HANDLE(image(own))
    last = HANDLE(lib.nwt_call(lib.nwt_layer_parse(own, b'Scale(axis=1)'), first))
    model = lib.nwt_model_new(own, 1, byref(first), 1, byref(last), None)
    equal((lib.nwt_status(own), lib.nwt_model_params(model)), (0, 28))
    lib.nwt_context_free(own)
    equal(ended, [7])
    equal(lib.nwt_layer_new(context, b'Scale'), None)


sys.exit(failures > 0)
