"""Small models of Keras 3 that netweight once read otherwise.

`models(keras)` gives (name, build) pairs, as models3.py does.
"""
import keras
import numpy as np
from keras import Model, Sequential, layers as L, ops
from keras.layers import Input
from keras.src.layers.preprocessing import feature_space as feature_space_kinds


def feature_space():
    a, b = Input((1,)), Input((1,), dtype='int32')
    return Model([a, b], feature_space_kinds.TFDConcat(axis=-1)(
        [feature_space_kinds.TFDIdentity()(a), L.CategoryEncoding(7)(b)]))


def positional_masks():
    x, mask = Input((5, 4)), Input((5,), dtype='bool')
    y = L.LSTM(4, return_sequences=True)(x, None, mask)
    y = L.Bidirectional(L.GRU(2, return_sequences=True))(y, None, mask)
    y = L.TimeDistributed(L.Dense(4))(L.BatchNormalization()(y, None, mask), None, mask)
    y = L.Attention(use_scale=True)([x, y], [mask, mask])
    return Model([x, mask], [L.Softmax()(y, ops.greater(y, 0)), L.GlobalAveragePooling1D()(y, mask)])


def not_finite():
    """NaN and Infinity, as Python writes them in JSON."""
    inf, nan = float('inf'), float('nan')
    return Sequential([Input((4,)), L.ReLU(max_value=inf), L.LeakyReLU(negative_slope=inf),
                       L.Normalization(mean=nan, variance=inf), L.ELU(alpha=-inf),
                       L.Rescaling(inf, nan), L.BatchNormalization(epsilon=inf, momentum=inf),
                       L.Masking(nan), L.Dense(3, bias_initializer=keras.initializers.Constant(nan))])


def arrays():
    """Arrays where tensors may stand: by position, by name, in lists, of all kinds of numbers."""
    x, i = Input((4, 6)), Input((4,), dtype='int32')
    y = x + np.linspace(0, 1, 24, dtype='float32').reshape(4, 6)
    y = L.MultiHeadAttention(2, 3)(y, y, attention_mask=np.tril(np.ones((4, 4), bool)))
    y = ops.where(np.array([True, False] * 3), y, np.float32('nan'))
    y = L.Add()([y, np.full((1, 4, 6), -1e9, 'float32')])
    y = ops.concatenate([y, np.zeros((1, 4, 1), 'float32'), x], axis=2)
    y = ops.einsum('btf,fg->btg', y, np.arange(26, dtype='float32').reshape(13, 2))
    z = ops.take_along_axis(y, np.array([[[3, 0]]]), axis=1)
    return Model([x, i], [z, ops.maximum(np.array([[7, 2**31 - 1, -2, 0]], 'int32'), i)])


def quantized_policies():
    """Policies that say more than a mode."""
    policies = keras.dtype_policies
    return Sequential([
        Input((256,)), L.Dense(8, dtype=policies.QuantizedFloat8DTypePolicy('float8', 'float32', 16)),
        L.Dense(6, dtype=policies.Int4DTypePolicy('int4/128', 'mixed_bfloat16')),
        L.Dense(4, dtype=policies.Int4DTypePolicy('int4/-1', 'float32')),
        L.Dense(2, dtype=policies.QuantizedDTypePolicy('int8', 'float32'))])


def queries():
    """Attention is called on one list."""
    x, y = Input((5, 4)), Input((3, 4))
    return Model([x, y], [L.Attention()([x, y]), L.AdditiveAttention()([x, y, y])])


def one_model():
    """A Sequential of a model alone is not built, nor is what begins with such a one."""
    return Sequential([Sequential([Sequential([Input((4,)), L.Dense(3)])]), L.Dense(2)])


def two_outputs_alone():
    """The table shows what the inner model's own graph gives."""
    x = Input((4,))
    return Sequential([Model(x, [L.Dense(3)(x), L.Dense(5)(x)])])


def input_alone():
    return Sequential([Input((4,))])


def inputs_alone():
    """They give what they take."""
    x = Input((4,))
    y = Sequential([Sequential([Input((4,))]), L.Dense(4)])(Sequential([Input((4,))])(x))
    return Model(x, y)


def models(_):
    return [(n, f) for n, f in list(globals().items())
            if type(f).__name__ == 'function' and f.__module__ == __name__ and
            f.__code__.co_argcount == 0]
