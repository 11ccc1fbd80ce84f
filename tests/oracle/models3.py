"""Models that try the graph of Keras 3: nesting, sharing, operations, masks.

`models(keras)` gives (name, build) pairs, as models.py does.
"""
import keras
from keras import Model, Sequential, layers as L, ops
from keras.layers import Input

from models import portable


@keras.saving.register_keras_serializable(package='Tests')
class Scale(L.Layer):
    """A class with weights that nobody else knows."""

    def build(self, input_shape):
        self.factor = self.add_weight(shape=(input_shape[-1],), name='factor')

    def call(self, x):
        return x * self.factor


@keras.saving.register_keras_serializable(package='Tests')
class Halve(L.Layer):
    """A class without weights that nobody else knows; it changes the shape."""

    def call(self, x):
        return x[..., :x.shape[-1] // 2]


@keras.saving.register_keras_serializable(package='Tests')
class Fork(L.Layer):
    """A class with two outputs that nobody else knows."""

    def call(self, x):
        return x, ops.sum(x, axis=-1)


@keras.saving.register_keras_serializable(package='Tests')
def tripled(x):
    return x * 3


def tower(units=4, size=8, name='tower'):
    x = Input((size,), name=name + '_in')
    y = L.Dense(units, name=name + '_a')(x)
    return Model(x, L.Dense(size, name=name + '_b')(y), name=name)


# --- Nesting ---------------------------------------------------------------

def nested_twice():
    inner = tower()
    a, b = Input((8,), name='a'), Input((8,), name='b')
    return Model([a, b], L.Dense(2)(L.Concatenate()([inner(a), inner(b)])))


def nested_chain_twice():
    inner = tower()
    a = Input((8,), name='a')
    return Model(a, inner(inner(a)))


def nested_outputs_twice():
    """Both calls are outputs: output_layers counts them 1 and 2."""
    inner = tower()
    a, b = Input((8,), name='a'), Input((8,), name='b')
    return Model([a, b], [inner(b), inner(a)])


def nested_sequential_output():
    inner = Sequential([Input((8,)), L.Dense(4), L.Dense(8)], name='inner')
    a = Input((8,), name='a')
    once = inner(a)
    return Model(a, [inner(once), once])


def nested_three_levels():
    low = tower(name='low')
    x = Input((8,), name='mid_in')
    mid = Model(x, L.Add()([low(x), low(low(x))]), name='mid')
    y = Input((8,), name='top_in')
    return Model(y, L.Dense(1)(mid(mid(y))), name='top')


def nested_sequentials():
    low = Sequential([L.Dense(3), L.Dense(4, use_bias=False)], name='low')
    mid = Sequential([L.Dense(5), low, L.Activation('relu')], name='mid')
    return Sequential([Input((6,)), mid, L.Dense(2)], name='top')


def sequential_of_functional():
    return Sequential([Input((8,)), tower(), L.BatchNormalization(),
                       tower(name='second')])


def functional_of_sequential():
    stem = Sequential([L.Conv2D(4, 3), L.MaxPooling2D(), L.Flatten()],
                      name='stem')
    a, b = Input((12, 12, 1), name='a'), Input((12, 12, 1), name='b')
    return Model([a, b], L.Dense(3)(L.Subtract()([stem(a), stem(b)])))


def nested_two_outputs():
    x = Input((8,), name='x')
    inner = Model(x, [L.Dense(3, name='p')(x), L.Dense(5, name='q')(x)],
                  name='inner')
    y = Input((8,), name='y')
    p, q = inner(y)
    r, _ = inner(L.Dense(8, name='again')(q))
    return Model(y, L.Concatenate()([p, q, r]))


def nested_dict_outputs():
    x = Input((8,), name='x')
    inner = Model(x, {'z': L.Dense(3)(x), 'a': L.Dense(5)(x)}, name='inner')
    y = Input((8,), name='y')
    out = inner(y)
    return Model(y, L.Concatenate()([out['z'], out['a']]))


def nested_on_other_shape():
    x = Input((None, None, 3), name='x')
    inner = Model(x, L.GlobalMaxPooling2D()(L.Conv2D(4, 3)(x)), name='inner')
    a, b = Input((32, 32, 3), name='a'), Input((16, 20, 3), name='b')
    return Model([a, b], L.Add()([inner(a), inner(b)]))


def inner_output_reused():
    """A layer made inside one model is used by another on its own tensor."""
    base = tower(name='base')
    middle = base.get_layer('base_a').output
    return Model(base.input, [base.output, L.Dense(1, name='probe')(middle)],
                 name='probed')


def cut_of_a_model():
    base = Sequential([Input((20,)), L.Dense(16, name='one'),
                       L.Dense(8, name='two'), L.Dense(4, name='three')])
    return Model(base.inputs, base.get_layer('two').output)


def layer_in_two_models():
    """The same Dense inside a nested model and outside of it."""
    dense = L.Dense(8, name='both')
    x = Input((8,), name='x')
    inner = Model(x, L.Dense(8, name='own')(dense(x)), name='inner')
    y = Input((8,), name='y')
    return Model(y, dense(inner(y)))


def autoencoder():
    x = Input((16, 16, 1), name='image')
    y = L.Conv2D(8, 3, strides=2, padding='same')(x)
    code = L.Dense(6, name='code')(L.Flatten()(y))
    encoder = Model(x, code, name='encoder')
    z = Input((6,), name='latent')
    w = L.Reshape((8, 8, 8))(L.Dense(512)(z))
    w = L.Conv2DTranspose(1, 3, strides=2, padding='same')(w)
    decoder = Model(z, w, name='decoder')
    return Model(x, decoder(encoder(x)), name='autoencoder')


# --- Sharing, several inputs and outputs -----------------------------------

def shared_dense():
    dense = L.Dense(8, name='shared')
    x = Input((8,), name='x')
    return Model(x, dense(dense(dense(x))))


def shared_on_shapes():
    dense = L.Dense(3, name='shared')
    a, b = Input((5, 8), name='a'), Input((8,), name='b')
    c = Input((2, 7, 8), name='c')
    return Model([a, b, c], [dense(a), dense(b), dense(c)])


def three_inputs_outputs():
    a, b = Input((4,), name='a'), Input((5, 6), name='b')
    c = Input((3,), name='c', dtype='int32')
    x = L.Concatenate()([a, L.Flatten()(b)])
    y = L.Embedding(50, 6)(c)
    z = L.Concatenate(axis=1)([b, y])
    return Model([a, b, c], [L.Dense(2, name='first')(x), z, y])


def dict_inputs_outputs():
    ins = {'width': Input((4,), name='width'),
           'age': Input((3,), name='age')}
    x = L.Concatenate()([ins['width'], ins['age']])
    return Model(ins, {'score': L.Dense(1, name='score')(x),
                       'class': L.Dense(7, name='class')(x)})


def structured_outputs():
    x = Input((6,), name='x')
    a, b, c = (L.Dense(n, name='d%d' % n)(x) for n in (1, 2, 3))
    return Model([x], {'pair': [a, b], 'one': c})


def input_is_output():
    x, y = Input((6,), name='x'), Input((2,), name='y')
    return Model([x, y], [x, L.Dense(2)(y), y])


def unused_branch():
    x = Input((6,), name='x')
    L.Dense(9, name='left_out')(x)
    return Model(x, L.Dense(2, name='kept')(x))


def states_as_outputs():
    x = Input((10, 4), name='x')
    return Model(x, L.LSTM(6, return_sequences=True, return_state=True)(x))


def bound_batch():
    a = Input(batch_shape=(8, 10, 4), name='a')
    return Model(a, L.Dense(2)(L.GRU(6, stateful=True)(a)))


# --- Operations as nodes ---------------------------------------------------

def operator_nodes():
    x, y = Input((8,), name='x'), Input((8,), name='y')
    a = x + y
    b = (a * 2.0 - y) / 3.0
    c = -b ** 2
    d = 1 - abs(c)
    return Model([x, y], L.Dense(2)(d[:, 1:5]))


def slices():
    x = Input((10, 8), name='x')
    return Model(x, [x[:, 0], x[:, -1, :], x[:, 2:7], x[..., ::2],
                     x[:, None], x[:, 1:, 3]])


def ops_shapes():
    x = Input((4, 6), name='x')
    return Model(x, [ops.reshape(x, (-1, 24)), ops.transpose(x, (0, 2, 1)),
                     ops.expand_dims(x, 1), ops.squeeze(x[:, :1], 1),
                     ops.swapaxes(x, 1, 2), ops.repeat(x, 3, axis=1),
                     ops.tile(x, (1, 2, 3)), ops.flip(x, axis=1),
                     ops.pad(x, ((0, 0), (1, 2), (0, 3)))])


def ops_reductions():
    x = Input((4, 6), name='x')
    return Model(x, [ops.mean(x, axis=1), ops.sum(x, axis=(1, 2)),
                     ops.max(x, axis=-1, keepdims=True), ops.min(x, axis=1),
                     ops.argmax(x, axis=-1), ops.std(x, axis=1),
                     ops.prod(x, axis=2)])


def ops_joins():
    a, b = Input((4, 6), name='a'), Input((4, 6), name='b')
    parts = ops.split(a, 3, axis=-1)
    return Model([a, b], [ops.concatenate([a, b], axis=1),
                          ops.stack([a, b], axis=1),
                          ops.where(a > b, a, b), parts[0], parts[2],
                          ops.maximum(a, b), ops.matmul(
                              a, ops.transpose(b, (0, 2, 1)))])


def ops_math():
    x = Input((4, 6), name='x')
    return Model(x, [ops.relu(x), ops.softmax(x), ops.sqrt(x), ops.exp(x),
                     ops.cast(x, 'int32'), ops.square(x), ops.sigmoid(x),
                     ops.einsum('bij,bkj->bik', x, x), ops.clip(x, 0, 1),
                     ops.add(x, 1.0), ops.multiply(2.0, x), ops.zeros_like(x)])


def siamese():
    inner = Sequential([L.Dense(16, activation='relu'), L.Dense(4)],
                       name='tower')
    a, b = Input((8,), name='a'), Input((8,), name='b')
    d = ops.sqrt(ops.sum(ops.square(inner(a) - inner(b)), axis=1,
                         keepdims=True))
    return Model([a, b], d)


# --- Recurrent, attention, masks -------------------------------------------

def encoder_decoder():
    source = Input((None,), name='source', dtype='int32')
    x = L.Embedding(100, 16, mask_zero=True)(source)
    _, fh, fc, bh, bc = L.Bidirectional(L.LSTM(8, return_state=True))(x)
    state = [L.Concatenate()([fh, bh]), L.Concatenate()([fc, bc])]
    target = Input((None,), name='target', dtype='int32')
    y = L.Embedding(120, 16, mask_zero=True)(target)
    y, _, _ = L.LSTM(16, return_sequences=True, return_state=True)(
        y, initial_state=state)
    return Model([source, target], L.Dense(120, activation='softmax')(y))


def masked_text():
    return Sequential([
        Input((20,)), L.Embedding(100, 16, mask_zero=True),
        L.Bidirectional(L.GRU(8, return_sequences=True)),
        L.TimeDistributed(L.Dense(5)), L.LSTM(4), L.Dense(1)])


def masked_text_functional():
    x = Input((20,), dtype='int32', name='words')
    y = L.Embedding(100, 16, mask_zero=True)(x)
    y = L.Conv1D(8, 3, padding='same')(y)
    y = L.Masking()(y)
    return Model(x, L.Dense(2)(L.LSTM(8)(y)))


def transformer():
    x = Input((32,), dtype='int32', name='tokens')
    y = L.Embedding(1000, 64)(x)
    z = L.MultiHeadAttention(4, 16)(y, y)
    y = L.LayerNormalization(epsilon=1e-6)(y + L.Dropout(0.1)(z))
    z = Sequential([L.Dense(128, activation='gelu'), L.Dense(64)],
                   name='ffn')(y)
    y = L.LayerNormalization()(L.Add()([y, z]))
    return Model(x, L.Dense(2)(L.GlobalAveragePooling1D()(y)))


def cross_attention():
    q, v = Input((8, 16), name='q'), Input((4, 12), name='v')
    k = Input((4, 10), name='k')
    out, scores = L.MultiHeadAttention(2, 3, value_dim=5, name='mha')(
        query=q, value=v, key=k, return_attention_scores=True)
    plain = L.Attention(use_scale=True, name='plain')([q, out])
    return Model([q, v, k], [out, scores, plain])


def rnn_of_stacked_cells():
    x = Input((10, 4), name='x')
    cells = [L.LSTMCell(5), L.GRUCell(6)]
    y = L.RNN(cells, return_sequences=True, return_state=True)(x)
    return Model(x, list(y) + [L.RNN(L.StackedRNNCells(
        [L.SimpleRNNCell(3), L.LSTMCell(2)]))(y[0])])


def wrapped_models():
    frame = Sequential([Input((12, 12, 1)), L.Conv2D(4, 3), L.Flatten(),
                        L.Dense(6)], name='frame')
    x = Input((7, 12, 12, 1), name='video')
    y = L.TimeDistributed(frame, name='frames')(x)
    y = L.TimeDistributed(tower(size=6), name='towers')(y)
    return Model(x, L.Bidirectional(L.LSTM(3), merge_mode='sum')(y))


def wrapper_called_twice():
    both = L.Bidirectional(L.LSTM(4), name='both')
    a, b = Input((10, 3), name='a'), Input((6, 3), name='b')
    return Model([a, b], L.Dot(axes=1)([both(a), both(b)]))


def video():
    return Sequential([
        Input((5, 16, 16, 2)),
        L.ConvLSTM2D(4, 3, return_sequences=True, padding='same'),
        L.BatchNormalization(), L.ConvLSTM2D(6, 3), L.Conv2D(1, 1)])


# --- Trainability, dtypes, compiled ----------------------------------------

def frozen_base():
    base = Sequential([Input((12, 12, 3)), L.Conv2D(8, 3),
                       L.BatchNormalization(), L.Flatten()], name='base')
    base.trainable = False
    x = Input((12, 12, 3), name='image')
    return Model(x, L.Dense(2)(base(x, training=False)))


def frozen_functional_base():
    base = tower(name='base')
    base.trainable = False
    x = Input((8,), name='x')
    return Model(x, L.Dense(2, name='head')(base(x)))


def frozen_layers():
    m = Sequential([Input((10, 8)), L.LSTM(4, return_sequences=True),
                    L.Bidirectional(L.GRU(4)), L.BatchNormalization(),
                    L.Dense(3), L.PReLU()])
    for i in (0, 1, 3):
        m.layers[i].trainable = False
    return m


def mixed_precision():
    keras.config.set_dtype_policy('mixed_float16')
    x = Input((16, 16, 3), name='image')
    y = L.Conv2D(8, 3, activation='relu')(x)
    y = L.BatchNormalization()(y)
    y = L.Flatten()(y) * 0.5
    out = L.Dense(4, dtype='float32', activation='softmax')(y)
    keras.config.set_dtype_policy('float32')
    return Model(x, out)


def half_precision():
    return Sequential([Input((10,), dtype='int32'),
                       L.Embedding(50, 8, dtype='bfloat16'),
                       L.LSTM(6, dtype='float16'), L.Dense(3)])


def compiled(optimizer):
    m = Sequential([Input((20,)), L.Dense(30), L.BatchNormalization(),
                    L.Dense(4)])
    m.layers[0].trainable = False
    m.compile(optimizer=optimizer, loss='mse')
    m.optimizer.build(m.trainable_variables)
    return m


def compiled_adam():
    return compiled('adam')


def compiled_rmsprop():
    return compiled('rmsprop')


def compiled_sgd():
    return compiled('sgd')


def compiled_momentum():
    return compiled(keras.optimizers.SGD(0.1, momentum=0.9))


def compiled_adamw_clipped():
    return compiled(keras.optimizers.AdamW(1e-4, clipnorm=1.0))


def compiled_functional():
    inner = tower()
    a = Input((8,), name='a')
    m = Model(a, [inner(a), L.Dense(2, name='side')(a)])
    m.compile(optimizer='adam', loss='mse')
    return m


def compiled_unbuilt():
    m = Sequential([L.Dense(3), L.Dense(4)])
    m.compile(optimizer='adam', loss='mse')
    return m


# --- Odd ones --------------------------------------------------------------

def unbuilt():
    return Sequential([L.Dense(3), L.Dropout(0.5), L.Dense(4)])


def empty():
    return Sequential(name='nothing')


def only_input():
    return Sequential([Input((4,))])


def anonymous_function():
    x = Input((6,), name='x')
    y = L.Lambda(portable(lambda t: t[:, :3]))(x)
    z = L.Lambda(portable(lambda t: t * 2), output_shape=(6,))(x)
    return Model(x, [L.Dense(2)(y), z])


def named_function():
    return Sequential([Input((6,)), L.Lambda(tripled), L.Dense(2)])


def custom_functional():
    x = Input((6,), name='x')
    y = L.Dense(5)(Halve(name='halve')(Scale(name='scale')(x)))
    return Model(x, L.Add()([y, Scale(name='rescale')(y)]))


def custom_sequential():
    return Sequential([Input((8,)), L.Dense(6), Scale(), Halve(),
                       L.Dense(2)])


def custom_two_outputs():
    x = Input((5, 6), name='x')
    a, b = Fork(name='fork')(x)
    return Model(x, [L.Dense(3)(a), L.Dense(2)(b)])


def custom_shared():
    scale = Scale(name='scale')
    a, b = Input((6,), name='a'), Input((6,), name='b')
    return Model([a, b], L.Concatenate()([scale(a), scale(b)]))


def long_chain():
    x = y = Input((8,), name='x')
    for i in range(60):
        y = L.Dense(8, name='d%d' % i)(y)
    return Model(x, y)


def unusual_names():
    x = Input((4,), name='eingabe größe')
    y = L.Dense(3, name='[bold]dense[red]')(x)
    z = L.Dense(3, name='層|"quoted", \\ comma')(x)
    return Model(x, L.Add(name="it's\ttab")([y, z]), name='модель')


def unbuilt_nested():
    return Sequential([Sequential([L.Dense(3), L.ReLU()], name='inner'),
                       L.Dense(2)], name='outer')


def wide_names():
    x = Input((4,), name='入力レイヤー')
    y = L.Dense(3, name='とても長い名前の全結合層は列の幅に収まりません')(x)
    z = L.Dense(3, name='e\u0301te\u0301 combine\u0301')(x)
    w = L.Dense(3, name='🚀 rocket 🧠 with several words in its long name')(x)
    return Model(x, L.Add(name='和')([y, z, w]), name='広い')


def odd_characters():
    x = Input((4,), name='\u2764\ufe0f and \U0001f469\u200d\U0001f4bb at work')
    y = L.Dense(3, name='bell\x07, return\r, two\nlines')(x)
    z = L.Dense(3, name='\u2764\ufe0f\u2764\ufe0f\u2764\ufe0f\u2764\ufe0f\u2764\ufe0f'
                        '\u2764\ufe0f\u2764\ufe0f\u2764\ufe0f\u2764\ufe0f\u2764\ufe0f')(y)
    w = L.Dense(3, name='no\u00a0break\u2003[in [here] or @[@there]')(y)
    return Model(x, L.Add(name='a   b')([w, z]), name='長い名前' * 30)


def nested_operators():
    x = Input((4,), name='x')
    inner = Model(x, L.Dense(4)(x * 2.0) + 1.0, name='inner')
    y = Input((4,), name='y')
    return Model(y, L.Dense(2)(inner(y)), name='outer')


def huge():
    return Sequential([Input((3,)), L.Embedding(1 << 38, 3),
                       L.Flatten(name='a_layer_with_a_very_long_name_that_has_'
                                      'no_blank_in_it_at_all_so_it_is_cut'),
                       L.Dense(123456789), L.Dense(1)])


def long_shapes():
    x = Input((10, 11, 12, 13), name='x')
    y = L.TimeDistributed(L.Conv2D(4, 3), name='t')(x)
    return Model(x, [y, L.ZeroPadding3D(100)(y), L.Flatten()(y)])


def nested_long_names():
    low = Sequential([Input((8,)),
                      L.Dense(8, name='a_dense_layer_with_a_long_name'),
                      L.ReLU(name='words in a long name of a layer')],
                     name='the_innermost_of_the_nested_models')
    x = Input((8,), name='entrance_of_the_model_in_the_middle')
    mid = Model(x, L.Add(name='sum')([x, low(x)]), name='middle')
    y = Input((8,), name='y')
    return Model(y, L.Dense(1234567, name='out')(mid(y)),
                 name='a model whose own name is longer than the narrow '
                      'terminals_on_which_its_table_is_shown_in_these_tests')


def unet():
    x = Input((None, None, 3), name='image')
    a = L.Conv2D(4, 3, padding='same', activation='relu')(x)
    b = L.MaxPooling2D()(a)
    b = L.SeparableConv2D(8, 3, padding='same')(b)
    b = L.SpatialDropout2D(0.1)(b)
    c = L.UpSampling2D()(b)
    c = L.Concatenate()([a, c])
    c = L.GroupNormalization(4)(c)
    d = L.Conv2DTranspose(4, 2, strides=2)(b)
    return Model(x, [L.Conv2D(1, 1)(c), L.Average()([a, d])])


def models(_):
    return [(n, f) for n, f in list(globals().items())
            if type(f).__name__ == 'function' and f.__module__ == __name__ and
            f.__code__.co_argcount == 0]
