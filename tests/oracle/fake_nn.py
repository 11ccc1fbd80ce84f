"""The fake backend's operations of neural networks, and TensorFlow's stub."""
import builtins
import sys

from keras.backend import common as _common
from keras.backend.tensorflow_backend import (KERAS1, Tensor, concatenate,
    expand_dims, name_scope, permute_dimensions, reshape, shape, _like,
    _reduce, _shape_of, _times)

_b = builtins


def _first(kw, *names):
    for n in names:
        if kw.get(n) not in (None, 'default'):
            return kw[n]
    return None


def _channels_first(kw):
    f = _first(kw, 'data_format', 'dim_ordering')
    if f is None:
        f = _common.image_dim_ordering() if KERAS1 \
            else _common.image_data_format()
    return f in ('channels_first', 'th')


def _split(x, n, first):
    s = _shape_of(x)
    if s is None or len(s) != n + 2:
        return [None] * n
    return list(s[2:]) if first else list(s[1:-1])


def _join(x, space, channels, first, dtype=None):
    batch = _shape_of(x)[0]
    if first:
        return Tensor([batch, channels] + list(space), dtype)
    return Tensor([batch] + list(space) + [channels], dtype)


def _tuple(v, n):
    return (v,) * n if isinstance(v, int) else tuple(v)


def _out_length(d, k, padding, stride, dilation=1):
    if d is None:
        return None
    k += (k - 1) * (dilation - 1)
    if padding in ('same', 'causal'):
        out = d
    elif padding == 'full':
        out = d + k - 1
    else:
        out = d - k + 1
    return (out + stride - 1) // stride


def _slide(x, n, size, channels, kw, strides, dilation=1):
    first = _channels_first(kw)
    pad = _first(kw, 'padding', 'border_mode') or 'valid'
    space = [_out_length(d, k, pad, s, r) for d, k, s, r in zip(
        _split(x, n, first), size, _tuple(strides, n), _tuple(dilation, n))]
    if channels is None:
        return _join(x, space, _channels_of(x, first), first, x.dtype)
    return _join(x, space, channels, first)


def _channels_of(x, first):
    return _shape_of(x)[1 if first else -1]


def _kernel(kernel, n, kw):
    """(sizes, output channels): Keras 1 'th' kernels lead with the channels."""
    s = _shape_of(kernel)
    if KERAS1 and _channels_first(kw):
        return s[2:], s[0]
    return s[:n], s[-1]


def _check(x, kernel, first):
    """What no backend lets pass: a kernel for other channels."""
    had = _shape_of(kernel)[1 if KERAS1 and first else -2]
    if _channels_of(x, first) not in (None, had):
        raise ValueError('%s channels, but the kernel is for %d' % (
            _channels_of(x, first), had))


def _conv(n, x, kernel, strides, kw, dilation=1):
    size, channels = _kernel(kernel, n, kw)
    _check(x, kernel, _channels_first(kw))
    return _slide(x, n, size, channels, kw, strides, dilation)


def conv1d(x, kernel, strides=1, padding='valid', data_format=None,
           dilation_rate=1, **kw):
    kw.update(padding=_first(kw, 'border_mode') or padding,
              data_format=data_format or 'channels_last')
    _check(x, kernel, False)
    return _slide(x, 1, _shape_of(kernel)[:1], _shape_of(kernel)[-1], kw,
                  kw.get('stride', strides), dilation_rate)


def conv2d(x, kernel, strides=(1, 1), padding='valid', data_format=None,
           dilation_rate=(1, 1), **kw):
    kw.update(padding=_first(kw, 'border_mode') or padding)
    kw.setdefault('data_format', data_format)
    return _conv(2, x, kernel, strides, kw,
                 kw.get('filter_dilation') or dilation_rate)


def atrous_conv2d(x, kernel, rate=1, **kw):
    return _conv(2, x, kernel, (1, 1), kw, (rate, rate))


def conv3d(x, kernel, strides=(1, 1, 1), padding='valid', data_format=None,
           dilation_rate=(1, 1, 1), **kw):
    kw.update(padding=_first(kw, 'border_mode') or padding)
    kw.setdefault('data_format', data_format)
    return _conv(3, x, kernel, strides, kw, dilation_rate)


def conv2d_transpose(x, kernel, output_shape, *args, **kw):
    return Tensor(output_shape)


deconv2d = conv3d_transpose = conv2d_transpose


def separable_conv2d(x, depthwise_kernel, pointwise_kernel, strides=(1, 1),
                     padding='valid', data_format=None,
                     dilation_rate=(1, 1), **kw):
    kw.update(padding=_first(kw, 'border_mode') or padding)
    kw.setdefault('data_format', data_format)
    size, _ = _kernel(depthwise_kernel, 2, kw)
    channels = _kernel(pointwise_kernel, 2, kw)[1]
    return _slide(x, 2, size, channels, kw, strides, dilation_rate)


def separable_conv1d(x, depthwise_kernel, pointwise_kernel, strides=1,
                     padding='valid', data_format=None, dilation_rate=1):
    kw = dict(padding=padding, data_format=data_format)
    return _slide(x, 1, _shape_of(depthwise_kernel)[:1],
                  _shape_of(pointwise_kernel)[-1], kw,
                  _tuple(strides, 1)[:1], _tuple(dilation_rate, 1)[:1])


def depthwise_conv2d(x, depthwise_kernel, strides=(1, 1), padding='valid',
                     data_format=None, dilation_rate=(1, 1)):
    kw = dict(padding=padding, data_format=data_format)
    s = _shape_of(depthwise_kernel)
    return _slide(x, 2, s[:2], s[2] * s[3], kw, strides, dilation_rate)


def pool2d(x, pool_size, strides=(1, 1), padding='valid', data_format=None,
           pool_mode='max', **kw):
    kw.update(padding=_first(kw, 'border_mode') or padding)
    kw.setdefault('data_format', data_format)
    return _slide(x, 2, pool_size, None, kw, strides)


def pool3d(x, pool_size, strides=(1, 1, 1), padding='valid', data_format=None,
           pool_mode='max', **kw):
    kw.update(padding=_first(kw, 'border_mode') or padding)
    kw.setdefault('data_format', data_format)
    return _slide(x, 3, pool_size, None, kw, strides)


def local_conv1d(inputs, kernel, kernel_size, strides, data_format=None):
    return Tensor((_shape_of(inputs)[0], kernel.shape[0], kernel.shape[2]))


def local_conv2d(inputs, kernel, kernel_size, strides, output_shape,
                 data_format=None):
    kw = dict(data_format=data_format)
    return _join(inputs, output_shape, kernel.shape[2], _channels_first(kw))


def bias_add(x, bias, data_format=None):
    return _like(x)


def _resize(n, x, factors, kw):
    first = _channels_first(kw)
    s = _shape_of(x)
    space = [_times(d, f) for d, f in zip(_split(x, n, first), factors)]
    return _join(x, space, s[1] if first else s[-1], first, x.dtype)


def resize_images(x, height_factor, width_factor, data_format=None,
                  interpolation=None, **kw):
    kw.setdefault('data_format', data_format)
    return _resize(2, x, (height_factor, width_factor), kw)


def resize_volumes(x, depth_factor, height_factor, width_factor,
                   data_format=None, **kw):
    kw.setdefault('data_format', data_format)
    return _resize(3, x, (depth_factor, height_factor, width_factor), kw)


def _padded(n, x, pads, kw):
    first = _channels_first(kw)
    s = _shape_of(x)
    space = [None if d is None else d + _b.sum(p)
             for d, p in zip(_split(x, n, first), pads)]
    return _join(x, space, s[1] if first else s[-1], first, x.dtype)


def _pairs(padding):
    return [(p, p) if isinstance(p, int) else tuple(p) for p in padding]


def temporal_padding(x, padding=(1, 1), **kw):
    return _padded(1, x, [_tuple(padding, 2)],
                   {'data_format': 'channels_last'})


def asymmetric_temporal_padding(x, left_pad=1, right_pad=1):
    return temporal_padding(x, (left_pad, right_pad))


def spatial_2d_padding(x, padding=(1, 1), data_format=None, **kw):
    kw.setdefault('data_format', data_format)
    return _padded(2, x, _pairs(padding), kw)


def asymmetric_spatial_2d_padding(x, top_pad=1, bottom_pad=1, left_pad=1,
                                  right_pad=1, dim_ordering='default'):
    return _padded(2, x, [(top_pad, bottom_pad), (left_pad, right_pad)],
                   {'dim_ordering': dim_ordering})


def spatial_3d_padding(x, padding=(1, 1, 1), data_format=None, **kw):
    kw.setdefault('data_format', data_format)
    return _padded(3, x, _pairs(padding), kw)


def normalize_batch_in_training(x, gamma, beta, reduction_axes, epsilon=1e-3):
    m = _reduce(x, list(reduction_axes))
    return _like(x), m, _like(m)


def batch_normalization(x, *args, **kw):
    return _like(x)


def rnn(step_function, inputs, initial_states, go_backwards=False, mask=None,
        constants=None, unroll=False, input_length=None):
    s = _shape_of(inputs)
    states = list(initial_states) + list(constants or [])
    out, new_states = step_function(Tensor(s[:1] + s[2:]), states)
    o = out.shape
    last, outs = Tensor(o), Tensor(o[:1] + s[1:2] + o[1:])
    last._uses_learning_phase = getattr(out, '_uses_learning_phase', False)
    return last, outs, list(new_states)


def _loss(x, y, *args, **kw):
    return _reduce(y, -1)


categorical_crossentropy = sparse_categorical_crossentropy = _loss


def binary_crossentropy(target, output, from_logits=False):
    return _like(output)


def _no_ctc(*args, **kw):
    raise NotImplementedError('CTC')


ctc_label_dense_to_sparse = ctc_batch_cost = ctc_decode = _no_ctc


def in_top_k(predictions, targets, k):
    return Tensor(_shape_of(targets), 'bool')


# --- TensorFlow itself, as far as Keras reaches for it ----------------------

def install_tensorflow_stub():
    """`import tensorflow...` as Keras itself and some layers do it."""
    import importlib.machinery
    import types

    class Module(types.ModuleType):
        def __getattr__(self, name):
            if name.startswith('__'):
                raise AttributeError(name)
            return type(name, (object,), {})

    class Finder(object):
        @classmethod
        def find_spec(cls, name, path=None, target=None):
            if name.split('.')[0] == 'tensorflow':
                return importlib.machinery.ModuleSpec(
                    name, cls, is_package=True)

        @staticmethod
        def create_module(spec):
            return Module(spec.name)

        @staticmethod
        def exec_module(module):
            pass

    class Cudnn(object):
        def __init__(self, num_layers, num_units, input_size, **kw):
            self.units = num_units

        def __call__(self, inputs, input_h, input_c=None, params=None, **kw):
            out = Tensor(_shape_of(inputs)[:2] + (self.units,))
            if input_c is None:
                return out, _like(input_h)
            return out, _like(input_h), _like(input_c)

    sys.meta_path.insert(0, Finder)
    import tensorflow as tf
    import tensorflow.contrib.cudnn_rnn.python.ops.cudnn_rnn_ops as ops
    tf.__version__ = '1.14.0'
    tf.transpose = lambda x, perm=None: permute_dimensions(
        x, perm or list(range(x.ndim))[::-1])
    tf.expand_dims = lambda x, axis=-1: expand_dims(x, axis)
    tf.concat = lambda values, axis: concatenate(values, axis)
    tf.reshape = reshape
    tf.zeros = Tensor
    tf.shape = shape
    tf.Tensor = Tensor
    tf.device = name_scope
    ops.CudnnLSTM = ops.CudnnGRU = Cudnn
