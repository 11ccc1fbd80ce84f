"""Writes golden/operations.json: Keras 3's configs of small models made of
operations (x + y, x[:, :8], ops.reshape), as text, and its outputs.

    operations.py OUT.json

A case is an expression over the inputs `x` (None, 6, 4), `y` (None, 4),
`z` (None, None, 4), `i` (None, 6) of int32, `h` (None, 6, 4) of float16, and
of a known batch `b` (1, 3, 5) and `j` (1, 3) of int32; `one(2, 3)` is an array.
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
    'ops.argsort(x)', 'ops.cumsum(x, axis=1)', 'ops.cumsum(x)',
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


def one(*shape):
    return np.ones(shape, 'float32')


def run(text):
    keras.backend.clear_session()
    inputs = {k: keras.Input(batch_shape=s, dtype=d, name=k)
              for k, (s, d) in INPUTS.items()}
    space = dict(inputs, keras=keras, ops=ops, np=np, one=one)
    try:
        outputs = keras.tree.flatten(eval(text, space))
    except Exception as e:
        return text + ': ' + str(e).split('\n')[0]
    used = [t for k, t in inputs.items() if k in str(compile(
        text, 'case', 'eval').co_names)]
    try:
        model = keras.Model(used, outputs)
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
