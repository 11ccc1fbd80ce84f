"""Writes golden/operations.json: Keras 3's configs of small models made of
operations (x + y, x[:, :8], ops.reshape), as text, and its outputs.

    operations.py OUT.json

A case is an expression over the inputs `x` (None, 6, 4), `y` (None, 4),
`z` (None, None, 4), `i` (None, 6) of int32, `h` (None, 6, 4) of float16, and
of a known batch `b` (1, 3, 5) and `j` (1, 3) of int32; `one(2, 3)` is an array,
`v((N, 3))` one more input of that shape, N being None.
"""
import json
import os
import sys

os.environ.setdefault('KERAS_BACKEND', 'jax')
os.environ.setdefault('JAX_PLATFORMS', 'cpu')
import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import ops  # noqa: E402

INPUTS = {'x': ((None, 6, 4), 'float32'), 'y': ((None, 4), 'float32'),
          'z': ((None, None, 4), 'float32'), 'i': ((None, 6), 'int32'),
          'h': ((None, 6, 4), 'float16'), 'b': ((1, 3, 5), 'float32'),
          'j': ((1, 3), 'int32')}

BINARY = ('add subtract multiply divide true_divide maximum minimum power mod '
          'floor_divide arctan2 logaddexp').split()
COMPARE = ('equal not_equal less less_equal greater greater_equal isclose '
           'logical_and logical_or logical_xor').split()
SAME = ('relu relu6 sigmoid silu softplus softsign leaky_relu elu selu gelu '
        'celu hard_sigmoid hard_silu log_sigmoid softmax log_softmax '
        'sparsemax tanh_shrink hard_tanh hard_shrink soft_shrink squareplus '
        'sparse_plus sparse_sigmoid absolute abs negative square sign round '
        'rsqrt erf erfinv flip sort tril triu trunc conjugate copy real imag '
        'zeros_like ones_like nan_to_num stop_gradient fliplr flipud '
        'convert_to_tensor bitwise_not bitwise_invert').split()
FLOAT = ('exp expm1 exp2 log log2 log10 log1p sqrt sin cos tan sinh cosh tanh '
         'arcsin arccos arctan arcsinh arccosh arctanh ceil floor reciprocal '
         'normalize sinc angle').split()
BOOL = 'isfinite isinf isnan logical_not signbit'.split()
REDUCE = ('mean sum max min prod std var amax amin median nanmean nansum '
          'nanmax nanmin nanprod nanstd nanvar ptp argmax argmin any all '
          'count_nonzero logsumexp norm').split()

CASES = []
for name in BINARY + COMPARE:
    CASES += ['ops.%s(x, x)' % name, 'ops.%s(x, y)' % name]
for name in ('add', 'divide', 'mod', 'less', 'logaddexp'):
    CASES += [p % name for p in (
        'ops.%s(x, 2.0)', 'ops.%s(2, x)', 'ops.%s(i, 2)', 'ops.%s(i, 2.5)',
        'ops.%s(h, 2.5)', 'ops.%s(h, x)', 'ops.%s(x, z)', 'ops.%s(z, x)',
        'ops.%s(h, i[:, :, None])', 'ops.%s(i, True)',
        'ops.%s(x, np.ones((5, 1, 1, 4), "float32"))',
        'ops.%s(i, np.ones((6,), "uint8"))', 'ops.%s(i < 2, i < 3)')]
CASES += ['x + y', 'x - 1', '1 - x', 'x * h', 'x / 2', 'x // 2', 'x ** 2',
          'x @ ops.transpose(x, (0, 2, 1))', '-x', 'abs(x)', 'x > 0', 'x % 3',
          'x + 3.0', 'i / i', 'ops.relu6(x + 3.0) * (1 / 6) * x']
for name in SAME + FLOAT + BOOL:
    CASES += ['ops.%s(x)' % name]
    if name not in ('relu', 'relu6'):
        CASES += ['ops.%s(h)' % name]
for name in ('exp', 'log', 'mean', 'sum', 'square', 'relu', 'round', 'sqrt',
             'prod', 'max', 'any', 'argmax', 'logsumexp', 'var', 'nansum',
             'cumsum', 'isnan', 'reciprocal'):
    CASES += ['ops.%s(i)' % name, 'ops.%s(ops.cast(i, "uint8"))' % name,
              'ops.%s(i > 3)' % name]
for name in REDUCE:
    CASES += ['ops.%s(x)' % name, 'ops.%s(x, axis=1)' % name,
              'ops.%s(x, axis=-1)' % name]
    if name != 'count_nonzero':
        CASES += ['ops.%s(x, axis=-1, keepdims=True)' % name]
    if not name.startswith('arg') and name != 'norm':
        CASES += ['ops.%s(z, axis=(1, 2))' % name]
CASES += ['ops.norm(x, axis=(1, 2))', 'ops.mean(x, axis=[0, 2], keepdims=True)',
          'ops.average(x, axis=1)', 'ops.var(h, axis=1)']
CASES += [
    'x[:, 0]', 'x[:, -1]', 'x[:, :3]', 'x[:, 1:5:2]', 'x[:, ::-1]', 'x[0]',
    'x[..., 0]', 'x[:, :, None]', 'x[:, None]', 'x[..., None, :2]', 'x[:, 2:2]',
    'x[:, -3:-1]', 'x[:, 4:100]', 'x[:, 5:0:-2]', 'z[:, :3]', 'z[:, 2]', 'z[:, -1, :2]',
    'x[:, 0, 0]', 'x[:, np.newaxis, ..., 1]', 'x[()]',
    'z[:, 1:-1]', 'z[:, -2:]', 'y[:, 0:1]', 'x[:, 3:]',
    'ops.reshape(x, (-1, 24))', 'ops.reshape(x, (-1, 2, 3, 4))',
    'ops.reshape(x, (-1,))', 'ops.reshape(z, (-1, 4))',
    'ops.reshape(z, (2, -1))', 'ops.reshape(y, (-1, 2, 2))',
    'ops.transpose(x)', 'ops.transpose(x, (0, 2, 1))',
    'ops.transpose(x, axes=[2, 0, 1])',
    'ops.swapaxes(x, 1, 2)', 'ops.swapaxes(x, -1, 0)',
    'ops.moveaxis(x, 1, -1)', 'ops.moveaxis(x, [0, 1], [1, 0])',
    'ops.expand_dims(x, 1)', 'ops.expand_dims(x, -1)',
    'ops.expand_dims(x, (1, -1))', 'ops.expand_dims(y, axis=0)',
    'ops.squeeze(ops.expand_dims(x, 1), 1)',
    'ops.squeeze(ops.expand_dims(x, -1))',
    'ops.squeeze(ops.expand_dims(x, (1, 3)), axis=(1, 3))',
    'ops.ravel(x)', 'ops.ravel(ops.reshape(x, (2, 3)))',
    'ops.concatenate([x, x], axis=-1)', 'ops.concatenate([x, z], axis=1)',
    'ops.concatenate([x, x])', 'ops.concatenate([x, h], axis=2)',
    'ops.concatenate([x, z, z], axis=-1)', 'ops.append(x, x, axis=1)',
    'ops.stack([x, x])', 'ops.stack([x, x, x], axis=-1)',
    'ops.stack([x, z], axis=1)', 'ops.stack([h, x], axis=2)',
    'ops.hstack([x, x])', 'ops.vstack([x, x])', 'ops.dstack([x, x])',
    'ops.split(x, 2, axis=1)', 'ops.split(x, [1, 4], axis=1)',
    'ops.split(x, 2, axis=-1)', 'ops.split(z, 4, axis=-1)',
    'ops.split(z, 2, axis=1)', 'ops.unstack(x, axis=1)',
    'ops.matmul(x, y[0])', 'ops.matmul(x, ops.transpose(x, (0, 2, 1)))',
    'ops.matmul(y, ops.ones((4, 5)))', 'ops.matmul(i, ops.transpose(i))',
    'ops.matmul(x, np.ones((4, 3), "float32"))',
    'ops.matmul(ops.expand_dims(x, 1), x[:, None, :4, :])',
    'ops.matmul(h, ops.transpose(x, (0, 2, 1)))',
    'ops.dot(x, np.ones((4, 3), "float32"))', 'ops.dot(y, 2.0)',
    'ops.dot(x, y[0])',
    'ops.tensordot(x, x, axes=[[1, 2], [1, 2]])',
    'ops.tensordot(x, np.ones((4, 5), "float32"), axes=1)',
    'ops.outer(y, y)', 'ops.inner(x, y)',
    'ops.einsum("bij,bkj->bik", x, x)', 'ops.einsum("bij,bj->bi", x, y)',
    'ops.einsum("bij->bji", x)', 'ops.einsum("bij", x)',
    'ops.einsum("bij,bjk", x, ops.transpose(x, (0, 2, 1)))',
    'ops.einsum("...ij,...kj->...ik", x, z)', 'ops.einsum("bij->b", x)',
    'ops.einsum("bij,bij,bj->ij", x, x, y)', 'ops.einsum("bij,bj->bi", h, y)',
    'ops.cast(x, "int32")', 'ops.cast(i, "float16")', 'ops.cast(x, "bool")',
    'ops.saturate_cast(x, "uint8")',
    'ops.softmax(x, axis=1)', 'ops.where(x > 0, x, 0.0)',
    'ops.where(x > 0, x, h)', 'ops.where(i > 0, 1, 2)',
    'ops.where(i > 0, 1.5, i)', 'ops.where(x[:, :, :1] > 0, x, y[:, None])',
    'ops.broadcast_to(y[:, None], (2, 6, 4))',
    'ops.tile(x, (1, 2, 3))', 'ops.tile(y, 2)', 'ops.tile(x, [2])',
    'ops.tile(y, (2, 1, 3))',
    'ops.pad(x, ((0, 0), (1, 2), (3, 0)))', 'ops.pad(x, 1)',
    'ops.pad(x, (1, 2))', 'ops.pad(x, [[0, 0], [1, 1], [0, 0]], "reflect")',
    'ops.pad(x, ((0, 0), (1, 2), (3, 0)), constant_values=1.0)',
    'ops.repeat(x, 3, axis=1)', 'ops.repeat(x, 2)', 'ops.repeat(z, 2, axis=1)',
    'ops.repeat(x[:, :3], [1, 2, 3], axis=1)',
    'ops.one_hot(i, 10)', 'ops.one_hot(i, 10, axis=1)',
    'ops.one_hot(i, 3, dtype="int32")', 'ops.multi_hot(i, 10)',
    'ops.top_k(x, 2)', 'ops.top_k(x, k=3, sorted=False)',
    'ops.take(x, [0, 2], axis=1)', 'ops.take(x, 1, axis=1)',
    'ops.take(x, i, axis=2)', 'ops.take(y, np.array([[0, 1], [2, 3]]), axis=-1)',
    'ops.take_along_axis(x, ops.argsort(x, axis=1), axis=1)',
    'ops.argsort(x)', 'ops.argsort(x, axis=None)', 'ops.sort(b, axis=None)',
    'ops.einsum(",bij", 5, b)', 'ops.nancumprod(x, axis=[1])',
    'ops.nancumsum(b, axis=())', 'ops.cumsum(x, axis=1)', 'ops.cumsum(x)',
    'ops.cumprod(i, axis=1, dtype="float32")', 'ops.clip(x, 0, 1)',
    'ops.clip(i, 0, 6)', 'ops.clip(i > 2, 0, 1)', 'ops.roll(x, 1, axis=1)',
    'ops.roll(x, 2)', 'ops.full_like(x, 2)', 'ops.zeros_like(x, dtype="int32")',
    'ops.flip(x, axis=1)', 'ops.diff(x, axis=1)', 'ops.diff(z, n=2, axis=1)', 'ops.glu(x)',
    'ops.glu(z, axis=1)',
    'ops.layer_normalization(x)', 'ops.rms_normalization(x)',
    'ops.image.resize(x, (3, 2))', 'ops.image.resize(x[:, None], size=(8, 9),'
    ' data_format="channels_first")',
    'ops.moments(x, axes=[1])', 'ops.moments(x, axes=[0, 1], keepdims=True)',
    'ops.unstack(y, axis=1)',
    'ops.image.resize(ops.expand_dims(x, -1), (8, 9))',
    'ops.image.resize(ops.expand_dims(x, 1), size=(8, 9), data_format="channels_first")',
    'ops.dot_product_attention(x[:, :, None], x[:, :, None], x[:, :, None])',
    'ops.logical_not(i)', 'ops.array_split(x, 4, axis=1)',
    'ops.array_split(z, 3, axis=1)', 'ops.split(y, [1], axis=1)',
    'keras.layers.Embedding(9, 3, mask_zero=True)(i)',
    'keras.layers.LSTM(2)(keras.layers.Embedding(9, 3, mask_zero=True)(i))',
    'keras.layers.GlobalAveragePooling1D()(keras.layers.Masking()(x))',
    'keras.layers.Dense(3)(ops.mean(x, axis=1))',
    'keras.layers.Add()([ops.add(x, 1.0), x])',
]

MADE = []
LAYERS = 'keras.layers.'
CASES += [  # arrays among the operands
    LAYERS + 'Dense(9)(keras.layers.Concatenate()([b, one(1, 3, 2)]))',
    LAYERS + 'Concatenate()([b, one(1, 3, 2), ops.relu(b)])',
    LAYERS + 'Add()([b, one(1, 1, 5)])', LAYERS + 'Subtract()([b, one(1, 3, 1)])',
    LAYERS + 'Average()([b, one(1, 3, 5)])', LAYERS + 'Maximum()([b, one(1, 3, 5)])',
    LAYERS + 'Dot((2, 1))([b, one(1, 5, 7)])', LAYERS + 'Attention()([b, one(1, 7, 5)])',
    LAYERS + 'AdditiveAttention()([b, one(1, 7, 5), one(1, 7, 9)])',
    LAYERS + 'MultiHeadAttention(2, 3)(b, one(1, 7, 4))',
    LAYERS + 'MultiHeadAttention(2, 3)(b, value=one(1, 7, 4), key=one(1, 7, 8))',
    LAYERS + 'LSTM(4)(b, initial_state=[one(1, 4), one(1, 4)])',
    LAYERS + 'GRU(4)(b, initial_state=one(1, 4))',
    LAYERS + 'Dense(9)(ops.stack([b, one(1, 3, 5)]))', LAYERS + 'Embedding(9, 3)(j) + one(3, 3)',
    'ops.einsum("bij,bjk->bik", b, one(1, 5, 7))', 'ops.einsum("bjk,bij->bik", one(1, 5, 7), b)',
    'ops.einsum("bjk,bij,bk->bik", one(1, 5, 7), b, one(1, 7))',
    'ops.take(one(5, 7), j, axis=0)', 'ops.take(one(5, 7), j)',
    'ops.take(b, np.array([0, 2]), axis=1)', 'ops.matmul(one(1, 7, 3), b)',
    'ops.matmul(b, one(5, 2))', 'ops.dot(one(2, 3), b)', 'ops.outer(one(3), b)',
    'ops.tensordot(one(4, 5), b, axes=[[1], [2]])', 'ops.concatenate([b, one(1, 2, 5)], axis=1)',
    'ops.concatenate([one(1, 2, 5), b, one(1, 2, 5)], axis=1)', 'ops.hstack([b, one(1, 2, 5)])',
    'ops.vstack([one(1, 3, 5), b])', 'ops.append(b, one(1, 2, 5), axis=1)',
    'ops.append(one(1, 2, 5), b, axis=1)', 'ops.where(b > 0, one(5), 0.0)',
    'ops.where(one(5) > 0, b, one(5))', 'ops.where(one(2, 1, 3, 1), b, 0.0)',
    'ops.add(one(2, 1, 3, 1), b)', 'ops.add(np.ones((5,)), b)',
    'ops.add(np.ones((5,), "int64"), j[:, :1])', 'ops.add(j, np.ones((3,), "uint32"))',
    'ops.take_along_axis(b, np.ones((1, 2, 5), "int32"), axis=1)',
    'ops.dot_product_attention(b[:, :, None], one(1, 4, 1, 5), one(1, 4, 1, 5))',
    'ops.average(b, weights=one(3), axis=1)', 'ops.full_like(b, one(5))',
]

CASES += [  # windows; `v(shape, dtype)` is an input of that shape
    'ops.%s(v((N, 9, 8, 3)), %s, strides=%s, padding="%s")' % (f, k, s, p)
    for f, k in (('conv', 'one(3, 2, 3, 5)'), ('depthwise_conv', 'one(3, 2, 3, 4)'),
                 ('conv_transpose', 'one(3, 2, 5, 3)'), ('max_pool', '(3, 2)'),
                 ('average_pool', '2'))
    for s in ('1', '2', '(2, 3)') for p in ('valid', 'same')]
CASES += [
    'ops.conv(v((2, 3, 9, N)), one(3, 2, 3, 5), data_format="channels_first")',
    'ops.conv(v((N, 9, 3)), one(2, 3, 5), dilation_rate=3)',
    'ops.conv(v((N, 9, 8, 7, 3)), one(2, 3, 2, 3, 5), padding="same", strides=(1, 2, 3))',
    'ops.depthwise_conv(v((2, 9, 3)), v((4, 3, 2)), data_format="channels_last")',
    'ops.separable_conv(v((N, 9, 8, 3)), one(3, 3, 3, 2), one(1, 1, 6, 5), strides=2)',
    'ops.conv_transpose(v((N, 9, 3)), one(4, 5, 3), strides=3, output_padding=1,'
    ' dilation_rate=(1,))',
    'ops.conv_transpose(v((N, 3, 9)), one(4, 5, 3), data_format="channels_first",'
    ' dilation_rate=(2,))',
    'ops.max_pool(v((N, 9, 3)), 2, strides=3)', 'ops.average_pool(v((N, 3, N, 8)), (2, 3),'
    ' data_format="channels_first")',
    'ops.adaptive_max_pool(v((N, 9, 3)), (4,))',
    'ops.adaptive_average_pool(v((N, 3, 9, 8)), (2, 4), data_format="channels_first")',
    'ops.image.extract_patches(v((N, 9, 8, 3)), (2, 3))',
    'ops.image.extract_patches(v((9, 8, 3)), 3, strides=2, padding="same")',
    'ops.image.extract_patches(v((N, 3, 9, 8)), 2, dilation_rate=2, strides=1,'
    ' data_format="channels_first")',
    'ops.unfold(v((N, 3, 8, 9)), (2, 3), padding=1, stride=2)',
    'ops.fold(v((N, 12, 12)), (4, 5), (2, 2))',
    'ops.depth_to_space(v((N, 4, 6, 8)), 2)', 'ops.space_to_depth(v((N, 8, 4, 6)), 2,'
    ' data_format="channels_first")',
]
SQUARE = 'v((N, 4, 4))'
CASES += ['ops.%s(%s)' % (f, SQUARE) for f in (
    'cholesky cholesky_inverse det eig eigh inv logdet slogdet lu_factor matrix_rank pinv qr '
    'svd').split()]
CASES += [
    'ops.qr(v((N, 3, 5)), mode="complete")', 'ops.qr(v((5, 3)))', 'ops.lu_factor(v((2, 3, 5)))',
    'ops.svd(v((N, 3, 5)), full_matrices=False)', 'ops.svd(v((5, 3)), compute_uv=False)',
    'ops.pinv(v((N, 3, 5)))', 'ops.matrix_rank(v((2, 3, 5, 6)))',
    'ops.solve(v((N, 4, 4)), v((N, 4, 2)))', 'ops.solve_triangular(v((4, 4)), v((4,)))',
    'ops.lstsq(v((5, 3)), v((5, 2)))', 'ops.lstsq(v((5, 3)), one(5))',
    'ops.diag(v((4,)), k=-2)', 'ops.diag(v((4, 6)), k=1)', 'ops.diag(v((N,)))',
    'ops.diagflat(v((2, 3)), k=1)', 'ops.diagonal(v((N, 4, 6)), offset=-1, axis1=1, axis2=2)',
    'ops.diagonal(v((4, 6, 5)))', 'ops.trace(v((N, 4, 6), "int8"), axis1=1, axis2=2)',
    'ops.kron(v((2, 3)), one(4, 5))', 'ops.kron(v((N, 3)), v((4,), "int32"))',
    'ops.vdot(v((3,)), v((3,), "float16"))', 'ops.cross(v((N, 3)), one(3))',
    'ops.cross(v((5, 2)), v((5, 2)))', 'ops.cross(v((3, 5)), v((3, 5)), axis=0)',
    'ops.cdist(v((N, 3, 4)), v((N, 5, 4)))', 'ops.vander(v((4,)), N=3)',
    'ops.fft((v((N, 8)), v((N, 8))))', 'ops.fft2((v((N, 6, 8)), v((N, 6, 8))))',
    'ops.ifft2((v((N, 6, 8)), v((N, 6, 8))))', 'ops.rfft(v((N, 9)))', 'ops.rfft(v((2, N)))',
    'ops.rfft(v((N, 9)), fft_length=12)', 'ops.irfft((v((N, 5)), v((N, 5))))',
    'ops.irfft((v((N, 5)), v((N, 5))), fft_length=7)', 'ops.stft(v((N, 33)), 6, 3, 8)',
    'ops.stft(v((N, 33)), 6, 3, 8, center=False)', 'ops.stft(v((2, N)), 6, 3, 8)',
    'ops.istft((v((N, 7, 5)), v((N, 7, 5))), 6, 3, 8)',
    'ops.istft((v((N, 7, 5)), v((N, 7, 5))), 6, 3, 8, length=9)',
    'ops.extract_sequences(v((N, 16)), 5, 2)', 'ops.view_as_complex(v((N, 3, 2)))',
    'ops.view_as_real(ops.view_as_complex(v((N, 3, 2))))',
    'ops.segment_sum(v((N, 3)), v((N,), "int32"), num_segments=4)',
    'ops.segment_max(v((8, 3)), np.zeros(8, "int32"))',
    'ops.segment_min(v((8,)), np.zeros(8, "int32"), num_segments=2)',
    'ops.segment_prod(v((8, 2), "int32"), np.zeros(8, "int32"), num_segments=2)',
    'ops.slice(v((2, 6, 4)), (0, 1, 0), (1, 3, 4))', 'ops.slice(v((2, 6, 4)), (0, 1, 0), (2, -1, 2))',
    'ops.slice_update(v((2, 6, 4)), (0, 1, 0), one(1, 2, 2))',
    'ops.scatter(v((3, 2), "int32"), one(3), (4, 5))',
    'ops.scatter_update(v((4, 5)), np.zeros((3, 2), "int32"), one(3))',
    'ops.bincount(v((6,), "int32"))', 'ops.digitize(v((N, 3)), one(4))',
    'ops.searchsorted(one(5), v((N, 3)))', 'ops.histogram(v((9,)), bins=4)',
    'ops.in_top_k(v((N,), "int32"), v((N, 5)), 2)', 'ops.isin(v((N, 3)), one(4))',
    'ops.nonzero(v((N, 3)))', 'ops.unravel_index(v((N, 3), "int32"), (4, 5))',
    'ops.argpartition(v((N, 3)), 1)', 'ops.argpartition(v((2, 3)), 1, axis=None)',
    'ops.unique(v((2, 3)))', 'ops.unique(v((2, 3)), return_inverse=True, return_counts=True)',
    'ops.unique(v((2, 3)), axis=1, size=2, return_index=True)',
    'ops.image.rgb_to_grayscale(v((N, 8, 9, 3)))', 'ops.image.rgb_to_hsv(v((8, 9, 3)))',
    'ops.image.hsv_to_rgb(v((N, 3, 8, 9)), data_format="channels_first")',
    'ops.image.sobel_edges(v((N, 8, 9, 3)))', 'ops.image.ssim(v((N, 16, 16, 3)), v((N, 16, 16, 3)))',
    'ops.image.affine_transform(v((N, 8, 9, 3)), one(8))',
    'ops.image.perspective_transform(v((N, 8, 9, 3)), one(4, 2), one(4, 2))',
    'ops.image.map_coordinates(v((8, 9)), one(2, 3, 4), 1)',
    'ops.image.pad_images(v((N, 8, 9, 3)), 1, 2, target_height=12, target_width=14)',
    'ops.image.pad_images(v((8, 9, 3)), 1, 2, 3, 4)',
    'ops.image.crop_images(v((N, 8, 9, 3)), 1, 2, target_height=5, target_width=6)',
    'ops.image.crop_images(v((N, 3, 8, 9)), 1, 2, 3, 4, data_format="channels_first")',
    'ops.image.scale_and_translate(v((8, 9, 3)), (4, 5, 3), one(2), one(2), (0, 1), "linear")',
    'ops.binary_crossentropy(v((N, 3)), v((N, 3)))',
    'ops.categorical_crossentropy(v((N, 3)), v((N, 3)))',
    'ops.sparse_categorical_crossentropy(v((N, 4), "int32"), v((N, 4, 3)))',
    'ops.ctc_loss(v((4, 5), "int32"), v((4, 9, 3)), v((4,), "int32"), v((4,), "int32"))',
    'ops.ctc_decode(v((4, 9, 3)), v((4,), "int32"))',
    'ops.ctc_decode(v((4, 9, 3)), v((4,), "int32"), strategy="beam_search", top_paths=3)',
    'ops.psnr(v((N, 3)), v((N, 3)), 1.0)', 'ops.polar(v((N, 3)), v((N, 3)))',
    'ops.batch_normalization(v((N, 4, 3)), one(3), one(3), -1, offset=one(3), scale=one(3))',
    'ops.linspace(v((3,)), v((3,)), num=7, axis=-1)', 'ops.logspace(one(3), v((3,)))',
    'ops.geomspace(v((3,), "float16"), one(3), num=4)', 'ops.meshgrid(v((3,)), v((N,), "int32"))',
    'ops.meshgrid(v((3,)), v((4,)), v((5,)), indexing="ij")', 'ops.full_like(v((N, 3)), 1.5)',
    'ops.allclose(v((N, 3)), 2.0)', 'ops.correlate(v((5,)), v((3,)), mode="full")',
    'ops.correlate(v((5,)), one(8))', 'ops.select([v((N, 3), "bool")], [v((N, 3))])',
    'ops.trapezoid(v((N, 3, 4)), axis=1)', 'ops.quantile(v((N, 3)), [0.1, 0.5], axis=1)',
    'ops.quantile(v((N, 3)), 0.5)', 'ops.percentile(v((N, 3), "int32"), [50], axis=0)',
    'ops.nanquantile(v((2, 3)), one(4), keepdims=True)', 'ops.nanpercentile(v((N, 3)), 5, axis=1)',
    'ops.rot90(v((2, 3, 4)), axes=(1, 2))', 'ops.view(v((N, 4)), "uint8")',
    'ops.view(v((N, 4), "int8"), "int32")', 'ops.hsplit(v((N, 6)), 3)', 'ops.vsplit(v((6, 2)), [1, 4])',
    'ops.dsplit(v((N, 3, 4)), 2)', 'ops.dstack([v((3,)), v((3,))])',
    'ops.dstack([v((N, 2)), v((N, 2, 3))])', 'ops.rearrange(v((2, 6, 4)), "b (h p) c -> b h (p c)", p=2)',
    'ops.rearrange(v((2, 3, 4)), "b h w -> (b w) h")',
]
CASES += ['ops.%s(v((N, 1, 3), "%s"), v((4, 1), "%s"))' % (f, d, e)
          for f in 'gcd lcm ldexp heaviside hypot nextafter bitwise_and left_shift'.split()
          for d, e in (('int32', 'int32'), ('int8', 'int16'), ('float16', 'float32'))]
CASES += ['ops.%s(v((N, 3), "%s"))' % (f, d) for f in (
    'i0 corrcoef exp cbrt rad2deg fabs mean sum prod nanmax square size').split()
    for d in ('bool', 'int8', 'int64', 'bfloat16', 'float64')]
CASES += [  # what random calls have shown
    'ops.einsum("... -> ...", v((8, 3)))', 'ops.einsum("..., ...ca", v((2,), "int32"), v((8, 2, 2, 3)))',
    'ops.einsum("ij,jk->ik", v((N, 3)), v((4, 5)))', 'ops.einsum("ii->i", v((3, 3)))',
    'ops.einsum("i...j,...->...ji", v((2, N, 4)), v((3,), "uint8"))',
    'ops.einsum("...a,...a->...", v((N, 4), "uint64"), v((5, 1, 4), "int8"))',
    'ops.einsum("aB,Bc", v((N, 4)), v((4, 2)))', 'ops.einsum("ij->k", v((2, 3)))',
    'keras.activations.relu(v((N, 3), "uint32"), negative_slope=0.1, max_value=6)',
    'keras.quantizers.fake_quant_with_min_max_vars(v((N, 3), "bfloat16"), -1, 1, axis=-1)',
    'ops.full_like(v((), "complex64"), v(()), dtype="int32")',
    'ops.select([v((3, 1), "bool")], [v((3, 1))], default=1)',
    'ops.average(v((3,), "int32"), weights=np.ones((3,), "float16"))',
    'ops.where(v((N, 4), "int32"))', 'ops.where(v((3,), "bool"), v((3,), "uint64"), v((3,), "int8"))',
    'ops.concatenate([v((2, 3), "int8"), v((2, 3), "uint64"), v((2, 3), "uint64")], axis=1)',
    'ops.concatenate([v((2, 3), "uint64")])', 'ops.arctan2(2.5, v((3,), "bfloat16"))',
    'ops.left_shift(v((N, 3), "int8"), True)', 'ops.nancumsum(v(()), axis=-1)',
    'ops.nanmax(v((5, 6, 7, 8)), axis=(2, 0, -4, 3))', 'ops.norm(v((6, 5, 3, 8)), ord="fro", axis=(-4, 2, -2))',
    'ops.tensordot(v((N, 8)), v((), "int8"))', 'ops.take_along_axis(v((4,), "float64"), v((N,), "int8"))',
    'ops.percentile(v((N, 8), "complex64"), 0.5)', 'ops.max_pool(v((N, 8)), 2)',
    'ops.average_pool(v((N,)), 2)', 'ops.conv_transpose(v((N, 4, 8)), one(3, 1, 3, 4), data_format="channels_first")',
    'ops.dot_product_attention(v((N, 4)), v((N, 4, 6, 2)), v((N, 4, 6, 2)))',
    'keras.Model([p := keras.Input((3,)), {"k": (q := keras.Input((4,))), "c": (r := '
    'keras.Input((5,)))}], [p, q, r])([v((N, 3)), {"k": v((N, 4)), "c": v((N, 5))}])',
]
CASES += ['ops.%s(v((N, 3), "%s"))' % (f, d) for f in ('i0', 'cbrt', 'deg2rad')
          for d in ('complex64', 'uint64', 'float16', 'uint32')]


def v(shape, dtype='float32'):
    MADE.append(keras.Input(batch_shape=shape, dtype=dtype))
    return MADE[-1]


def one(*shape):
    return np.ones(shape, 'float32')


def run(text):
    keras.backend.clear_session()
    inputs = {k: keras.Input(batch_shape=s, dtype=d, name=k)
              for k, (s, d) in INPUTS.items()}
    space = dict(inputs, keras=keras, ops=ops, np=np, one=one, v=v, N=None)
    del MADE[:]
    try:
        outputs = keras.tree.flatten(eval(text, space))
    except Exception as e:
        return text + ': ' + str(e).split('\n')[0]
    used = [t for k, t in inputs.items() if k in str(compile(
        text, 'case', 'eval').co_names)]
    try:
        model = keras.Model(used + MADE, outputs)
        config = json.loads(model.to_json())
    except Exception as e:
        return text + ': ' + str(e).split('\n')[0]
    for key in ('build_config', 'compile_config'):
        config.pop(key, None)
    return {'text': text, 'model': json.dumps(config, separators=(',', ':')),
            'params': model.count_params(),
            'outputs': [{'shape': list(t.shape), 'dtype': t.dtype}
                        for t in outputs]}


def main():
    found = [run(text) for text in CASES]
    for text in found:
        if isinstance(text, str):
            print('left out:', text)
    lines = [json.dumps(c, separators=(',', ':')) for c in found
             if not isinstance(c, str)]
    label = 'keras %s %s' % (keras.__version__, keras.backend.backend())
    with open(sys.argv[1], 'w') as f:
        f.write('{"oracle":%s,"cases":[\n' % json.dumps(label))
        f.write(',\n'.join(lines) + '\n]}\n')
    print(len(lines))


if __name__ == '__main__':
    main()
