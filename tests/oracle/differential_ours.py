"""netweight as differential.py asks it: the shared library by ctypes."""
import ctypes
import json
import os
from ctypes import POINTER, byref, c_char_p, c_int32, c_int64, c_size_t, \
    c_void_p

COUNTS = (('params', 0), ('trainable_params', 1), ('non_trainable_params', 2))
WRITE = ctypes.CFUNCTYPE(c_int32, c_void_p, c_void_p, c_size_t)


class Weight(ctypes.Structure):
    _fields_ = [('size', c_size_t), ('name', c_char_p),
                ('dims', POINTER(c_int64)), ('rank', c_int32),
                ('dtype', c_int32), ('trainable', c_int32),
                ('reserved', c_int32), ('params', c_int64),
                ('bytes', c_int64)]


def library(path):
    lib = ctypes.CDLL(path)

    def declare(name, result, *arguments):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    handle, text = c_void_p, c_char_p
    declare('nwt_context_new', handle, c_void_p)
    declare('nwt_context_reset', None, handle)
    declare('nwt_status', c_int32, handle)
    declare('nwt_message', text, handle)
    declare('nwt_note_count', c_int64, handle)
    declare('nwt_note', text, handle, c_int64)
    declare('nwt_input', handle, handle, c_int32, POINTER(c_int64), text)
    declare('nwt_layer_parse', handle, handle, text)
    declare('nwt_call_named', handle, handle, c_int32, POINTER(text),
            POINTER(handle), text)
    declare('nwt_tensor_output_count', c_int32, handle)
    declare('nwt_tensor_output', handle, handle, c_int32)
    declare('nwt_tensor_rank', c_int32, handle)
    declare('nwt_tensor_dims', POINTER(c_int64), handle)
    declare('nwt_tensor_dtype', c_int32, handle)
    declare('nwt_dtype_name', text, c_int32)
    declare('nwt_layer_weight_count', c_int64, handle)
    declare('nwt_layer_weight', c_int32, handle, c_int64, POINTER(Weight))
    declare('nwt_layer_count', c_int64, handle, c_int32)
    declare('nwt_read_memory', handle, handle, c_char_p, c_size_t, text)
    declare('nwt_report', c_int32, handle, text, WRITE, c_void_p)
    return lib


class Ours(object):
    def __init__(self, path):
        self.lib = library(path)
        self.context = self.lib.nwt_context_new(None)
        self.dtypes = {}
        for i in range(1, 64):
            name = self.lib.nwt_dtype_name(i)
            self.dtypes[i] = name.decode() if name else None

    def message(self):
        return self.lib.nwt_message(self.context).decode()

    def notes(self):
        return [self.lib.nwt_note(self.context, i).decode()
                for i in range(self.lib.nwt_note_count(self.context))]

    def dims(self, rank, dims):
        return [None if d < 0 else d for d in dims[:rank]] \
            if rank >= 0 else None

    def input(self, shape, dtype):
        options = "dtype='%s'" % dtype
        if shape[0] is not None:
            options += ', batch_size=%d' % shape[0]
        dims = [-1 if s is None else s for s in shape[1:]]
        return self.lib.nwt_input(self.context, len(dims),
                                  (c_int64 * max(1, len(dims)))(*dims),
                                  options.encode())

    def layer(self, text, inputs, call):
        """What the layer says of a call, as kinds.py writes it."""
        lib, n = self.lib, len(inputs)
        lib.nwt_context_reset(self.context)
        one = lib.nwt_layer_parse(self.context, text.encode())
        tensors = (c_void_p * max(1, n))(*[self.input(s, t)
                                           for s, t, _ in inputs])
        names = (c_char_p * max(1, n))(*[a.encode() if a else None
                                         for _, _, a in inputs])
        first = lib.nwt_call_named(one, n, names, tensors,
                                   call.encode() if call else None)
        if lib.nwt_status(self.context) != 0 or not first:
            return {'error': self.message() or 'no output'}
        return dict(self.outputs(first), **self.weights(one))

    def outputs(self, first):
        lib, out = self.lib, []
        for i in range(lib.nwt_tensor_output_count(first)):
            one = lib.nwt_tensor_output(first, i)
            out.append({'shape': self.dims(lib.nwt_tensor_rank(one),
                                           lib.nwt_tensor_dims(one)),
                        'dtype': self.dtypes.get(lib.nwt_tensor_dtype(one))})
        return {'outputs': out}

    def weights(self, one):
        lib, out = self.lib, []
        weight = Weight(ctypes.sizeof(Weight))
        for i in range(lib.nwt_layer_weight_count(one)):
            lib.nwt_layer_weight(one, i, byref(weight))
            out.append({'name': weight.name.decode(),
                        'shape': self.dims(weight.rank, weight.dims),
                        'dtype': self.dtypes.get(weight.dtype),
                        'trainable': bool(weight.trainable)})
        found = {'weights': out}
        for key, what in COUNTS:
            found[key] = lib.nwt_layer_count(one, what)
        return found

    def model(self, data):
        """The report of a config or file of these bytes."""
        text = self.report(data, "format='json'")
        return json.loads(text) if text is not None else \
            {'error': self.message()}

    def report(self, data, options):
        """Its text; None after an error."""
        lib, pieces = self.lib, []
        lib.nwt_context_reset(self.context)
        one = lib.nwt_read_memory(self.context, data, len(data), None)
        write = WRITE(lambda user, text, size:
                      pieces.append(ctypes.string_at(text, size)) or 0)
        lib.nwt_report(one, options.encode(), write, None)
        return b''.join(pieces).decode() \
            if lib.nwt_status(self.context) == 0 else None


def load(build):
    return Ours(os.environ.get('NETWEIGHT_LIBRARY') or
                os.path.join(build, 'libnetweight.so'))
