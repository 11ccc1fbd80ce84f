"""Small models of Keras 3 that netweight once read otherwise.

`models(keras)` gives (name, build) pairs, as models3.py does.
"""
import keras
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


def models(_):
    return [(n, f) for n, f in list(globals().items())
            if type(f).__name__ == 'function' and f.__module__ == __name__ and
            f.__code__.co_argcount == 0]
