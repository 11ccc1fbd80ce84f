"""Small models of Keras 1, 2 and tf-keras that netweight once read otherwise.

`models(keras)` gives (name, build) pairs, as models2.py does.
"""
import models2
from models2 import version

SINCE, UNTIL = {}, {}


def since(first, until=(3,)):
    def mark(build):
        SINCE[build.__name__] = first
        UNTIL[build.__name__] = until
        return build
    return mark


def start(keras):
    global K, L, Sequential, Input
    models2.start(keras)
    K = keras
    L, Input = keras.layers, keras.layers.Input
    Sequential = keras.models.Sequential


def Model(inputs, outputs, **options):
    words = ('input', 'output') if version(K) < (2,) else ('inputs', 'outputs')
    return K.models.Model(**dict(zip(words, (inputs, outputs)), **options))


@since((2, 0))
def other_sizes():
    """A model within takes what its layers take."""
    x = Input(shape=(16, 16, 3), name='x')
    y = L.Conv2D(4, 3, name='conv')(x)
    inner = Model(x, L.GlobalMaxPooling2D(name='max')(y), name='inner')
    z = Input(shape=(20, 9, 3), name='z')
    return Model(z, L.Dense(2, name='out')(inner(z)))


@since((2, 2))
def frozen_wrappers():
    """What is within a frozen layer is not trained."""
    x = Input(shape=(5, 4), name='x')
    im = Input(shape=(5, 6, 6, 2), name='im')
    return Model([x, im], [
        L.Bidirectional(L.LSTM(3), trainable=False, name='both')(x),
        L.RNN(L.GRUCell(3), trainable=False, name='rnn')(x),
        L.TimeDistributed(L.Dense(3), trainable=False, name='each')(x),
        L.ConvLSTM2D(2, 3, trainable=False, name='video')(im)])


@since((2, 2))
def frozen_wrapped():
    """What frozen layers become in wrappers: to 2.3 not frozen."""
    x = Input(shape=(5, 4), name='x')
    return Model(x, [
        L.Bidirectional(L.LSTM(3, trainable=False), name='both')(x),
        L.TimeDistributed(L.Dense(3, trainable=False), name='each')(x)])


@since((2, 6))
def wrapped_dtypes():
    x = Input(shape=(5, 4), name='x')
    return Model(x, [
        L.Bidirectional(L.GRU(3, dtype='mixed_float16',
                              recurrent_initializer='zeros'), name='both')(x),
        L.TimeDistributed(L.Dense(3, dtype='float64'), name='each')(x),
        L.BatchNormalization(dtype='float16', name='statistics')(x)])


@since((2, 6))
def known_sizes():
    """A size that one of two tensors knows is known."""
    x = Input(shape=(None, 4), name='x')
    y = Input(batch_shape=(2, 5, 4), name='y')
    return Model([x, y], [L.Add(name='sum')([x, y]),
                          L.Concatenate(name='join')([x, y]),
                          L.Maximum(name='max')([y, x])])


@since((2, 6))
def reading_backward():
    x = Input(shape=(6, 4), name='x')
    return Model(x, [
        L.Bidirectional(L.LSTM(3, go_backwards=True), name='both')(x),
        L.SeparableConv1D(3, 2, padding='causal', name='causal')(x),
        L.LayerNormalization(axis=[-1, -2], name='norm')(x)])


@since((2, 6))
def video_of_any_size():
    x = Input(shape=(None, None, None, 3), name='x')
    y = L.ConvLSTM2D(4, 3, padding='same', name='video')(x)
    z = Input(shape=(None, 8, 3), name='z')
    return Model([x, z], [y, L.UpSampling2D(2, name='up')(z)])


@since((2, 12))
def attention_scores():
    q, v = Input(shape=(8, 16), name='q'), Input(shape=(4, 16), name='v')
    y, scores = L.MultiHeadAttention(2, 3, name='mha')(
        q, v, return_attention_scores=True)
    return Model([q, v], [y, scores])


# --- Keras 1, and what versions of Keras 2 told otherwise --------------------

@since((1, 0))
def told_lengths():
    """input_length told the steps of the output, until TensorFlow's own."""
    x, y = Input(shape=(None,), name='x'), Input(shape=(6,), name='y')
    return Model([x, y], [L.Embedding(9, 4, input_length=5, name='told')(x),
                          L.Embedding(9, 4, input_length=6, name='same')(y),
                          L.Embedding(9, 4, name='untold')(x)])


@since((1, 0), (2, 2))
def told_other_lengths():
    x, y = Input(shape=(6,), name='x'), Input(shape=(6, 7), name='y')
    return Model([x, y], [L.Embedding(9, 4, input_length=5, name='told')(x),
                          L.Embedding(9, 4, input_length=5, name='told_of')(y),
                          L.Embedding(9, 4, name='untold')(y)])


@since((1, 0), (2,))
def unbiased_steps():
    """Until 1.2 such a layer forgot its only weight."""
    return Sequential([L.TimeDistributedDense(3, bias=False, name='forgotten',
                                              input_shape=(5, 4)),
                       L.TimeDistributedDense(2, name='kept')])


@since((2, 0))
def uneven_padding():
    """Until 2.0.5 one of two widths was taken for both."""
    x = Input(shape=(4, 5, 6, 2), name='x')
    wide = ((0, 1), (2, 0), (1, 2))
    return Model(x, [L.ZeroPadding3D(wide, name='last')(x),
                     L.ZeroPadding3D(wide, data_format='channels_first',
                                     name='first')(x)])


@since((2, 0))
def frozen_recurrences():
    """In 2.0.9 the cells of frozen layers were trained."""
    x = Input(shape=(5, 4), name='x')
    return Model(x, [L.LSTM(3, trainable=False, name='lstm')(x),
                     L.GRU(3, trainable=False, name='gru')(x),
                     L.SimpleRNN(3, trainable=False, name='simple')(x)])


@since((2, 0))
def frozen_steps():
    """From 2.0.3 to 2.1.2 this froze nothing, then it did again."""
    x = Input(shape=(5, 4), name='x')
    return Model(x, [L.TimeDistributed(L.Dense(3), trainable=False,
                                       name='each')(x),
                     L.Bidirectional(L.GRU(3), trainable=False,
                                     name='both')(x)])


@since((2, 0))
def states_of_stacks():
    """Until 2.2.3 the last cell's states came first."""
    x = Input(shape=(5, 4), name='x')
    return Model(x, L.RNN([L.GRUCell(2), L.LSTMCell(3)], return_state=True,
                          name='stack')(x))


# --- TensorFlow's own --------------------------------------------------------

@since((2, 6))
def time_first():
    x, v = Input(batch_shape=(7, 2, 5), name='x'), Input((7, 6, 6, 2))
    y = L.LSTM(6, time_major=True, return_sequences=True, name='lstm')(x)
    z = L.GRU(4, time_major=True, return_state=True, stateful=True,
              name='gru')(y)
    both = L.Bidirectional(L.SimpleRNN(3, time_major=True), name='both')(y)
    stack = L.RNN([L.LSTMCell(3), L.GRUCell(2)], time_major=True,
                  return_sequences=True, return_state=True, name='rnn')(y)
    video = L.ConvLSTM2D(3, 2, time_major=True, name='video')(v)
    return Model([x, v], [z[0], z[1], both, video] + stack)


@since((2, 6))
def means_of_integers():
    x = Input(shape=(4, 6), dtype='int32', name='x')
    y = Input(shape=(4, 6), dtype='uint8', name='y')
    z = Input(shape=(4, 6), dtype='bool', name='z')
    import tensorflow as tf
    return Model([x, y, z], [
        L.Average(name='wide')([x, x]), L.Average(name='narrow')([y, y]),
        L.GlobalAveragePooling1D(name='of_bool')(z),
        L.GlobalAveragePooling1D(name='of_int')(x),
        tf.reduce_mean(x, axis=1)])


@since((2, 6))
def interpolated():
    x = Input(shape=(4, 6, 3), name='x')
    return Model(x, [L.UpSampling2D(2, interpolation=i, dtype='float16',
                                    name=i)(x)
                     for i in ('nearest', 'bilinear')])


@since((2, 12))
def rescaled_by_lists():
    x, y = Input(batch_shape=(None,), name='x'), Input(shape=(1,), name='y')
    z = Input(shape=(2, 3), name='z')
    return Model([x, y, z], [
        L.Rescaling([1., 2., 3.], name='batch')(x),
        L.Rescaling(1., offset=[1., 2., 3.], name='more')(y),
        L.Rescaling([1., 2., 3.], offset=[[1.], [2.]], name='same')(z)])


@since((2, 6))
def images_of_images():
    x = Input(shape=(2, 3, 4, 8, 9, 3), name='x')
    return Model(x, [L.Conv2D(4, 3, name='conv')(x),
                     L.Conv1D(4, 3, padding='same', name='line')(x)])


@since((2, 6))
def cells_on_sequences():
    x, h = Input(shape=(4, 4), name='x'), Input(shape=(5,), name='h')
    b = Input(batch_shape=(3, 5), name='b')
    y = Input(shape=(4,), name='y')
    return Model([x, h, b, y], [L.GRUCell(5, name='gru')(x, states=[h])[0],
                                L.SimpleRNNCell(5, name='simple')(
                                    y, states=[b])[0]])


@since((2, 12))
def unsplit_texts():
    x = Input(shape=(3,), dtype='string', name='x')
    y = Input(batch_shape=(None,), dtype='string', name='y')
    words = dict(split=None, vocabulary=['a', 'b'])
    return Model([x, y], [
        L.TextVectorization(name='as_is', **words)(x),
        L.TextVectorization(name='filled', output_sequence_length=5,
                            **words)(x),
        L.TextVectorization(name='flat', **words)(y)])


@since((2, 6))
def directions_that_differ():
    x = Input(shape=(5, 4), name='x')
    options = dict(return_sequences=True, return_state=True)
    return Model(x, L.Bidirectional(
        L.GRU(2, **options), backward_layer=L.LSTM(2, go_backwards=True,
                                                   **options),
        name='both')(x))


@since((2, 12))
def floats_of_integers():
    x = Input(shape=(4, 6), dtype='int32', name='x')
    return Model(x, [L.Activation('leaky_relu', name='leaky')(x),
                     L.UnitNormalization(name='unit')(x)])


@since((2, 6))
def dilated_by_blocks():
    """Of one length that is None come Nones."""
    x, y = Input(shape=(9, None, 3), name='x'), Input(shape=(9, 8, 3))
    return Model([x, y], [
        L.DepthwiseConv2D(2, dilation_rate=2, name='depthwise')(x),
        L.DepthwiseConv2D(2, name='undilated')(x),
        L.SeparableConv2D(4, 2, dilation_rate=2, name='separable')(x),
        L.DepthwiseConv2D(2, dilation_rate=2, name='known')(y)])


@since((2, 12))
def stacks_in_stacks():
    x = Input(shape=(5, 4), name='x')
    return Model(x, L.RNN([L.StackedRNNCells([L.LSTMCell(2), L.GRUCell(3)]),
                           L.GRUCell(4)], return_state=True, name='rnn')(x))


@since((2, 12))
def crops_of_any_size():
    """Whether there is enough to cut off TensorFlow learns from the images."""
    x = Input(batch_shape=(2, 5, None, 1), name='x')
    y, z = Input(batch_shape=(2, 5, 7, 1)), Input(batch_shape=(None, 9, 1))
    return Model([x, y, z], [f(2, 3)(i) for f in (L.CenterCrop, L.RandomCrop)
                             for i in (x, y, z)])


@since((2, 12))
def tokens_of_categories():
    x, t = Input(shape=(4,), dtype='int64'), Input((3, 1), dtype='string')
    words = dict(vocabulary=['a', 'b'])
    return Model([x, t], [
        L.StringLookup(invert=True, name='words', **words)(x),
        L.IntegerLookup(vocabulary=[3, 4], invert=True, name='numbers')(x),
        L.IntegerLookup(vocabulary=[3, 4], invert=True, name='narrow',
                        vocabulary_dtype='int32')(x),
        L.TextVectorization(name='texts', **words)(t)])


@since((2, 12))
def dilated_recurrences():
    x = Input(shape=(5, 15, 13, None, 1), name='x')
    y, z = Input(shape=(5, 4, None, 2)), Input(shape=(5, 15, 13, 2))
    return Model([x, y, z], [
        L.ConvLSTM3D(2, 3, dilation_rate=2, name='space')(x),
        L.ConvLSTM3D(2, 3, name='undilated')(x),
        L.ConvLSTM2D(2, 3, dilation_rate=2, name='plane')(y),
        L.ConvLSTM2D(2, 3, dilation_rate=2, name='known')(z)])


@since((2, 12))
def dense_again():
    """TensorFlow multiplies more axes than two without a look at them."""
    x, dense = Input(shape=(4, 8), name='x'), L.Dense(2, name='dense')
    return Model(x, dense(dense(x)))


@since((2, 12))
def attention_of_ranks():
    x, y = Input(batch_shape=(4, 2)), Input(batch_shape=(5, 3, 2))
    z = Input(batch_shape=(6, 1, 3, 2), name='z')
    return Model([x, y, z], [L.Attention(name='a')([x, y]),
                             L.Attention(name='b')([y, z]),
                             L.Attention(name='c')([z, y, y])])


@since((2, 12))
def heads_of_other_dtypes():
    """Until 2.13 what was within them had none of its own."""
    x, y = Input(shape=(4, 3), name='x'), Input(shape=(5, 3), name='y')
    heads = [L.MultiHeadAttention(2, 3, name=d, dtype=d)
             for d in ('float16', 'bfloat16', 'float64', 'mixed_float16')]
    return Model([x, y], [h(x, y) for h in heads] + list(
        heads[3](y, x, return_attention_scores=True)))


@since((2, 12))
def tuples_of_outputs():
    x, y = Input(shape=(4, 3), name='x'), Input(shape=(5, 3), name='y')
    z, h = Input(shape=(3,), name='z'), Input(shape=(2,), name='h')
    k, scores = Input((2,), name='k'), dict(return_attention_scores=True)
    lstm, states = L.LSTMCell(2, name='lstm')(z, states=[h, k])
    return Model([x, y, z, h, k], [
        *L.MultiHeadAttention(2, 3, name='heads')(x, y, **scores),
        *L.Attention(name='attention')([x, y], **scores), lstm, *states,
        L.GRUCell(2, name='gru')(z, states=[k])[0],
        L.LSTM(2, return_state=True, name='list')(x)[0]])


@since((2, 0), (2, 2))
def merge_by_itself():
    """It took the shapes of its inputs to be the same."""
    from keras.legacy.layers import Merge
    x, y = Input(batch_shape=(None,)), Input(shape=(4,), name='y')
    return Model([x, y], Merge(mode='sum', name='merge')([x, y]))


@since((2, 12))
def functions_of_tensorflow():
    """Those that only say each value anew, and those that Keras 3 has."""
    import tensorflow as tf
    x, i = Input(shape=(4, 3), name='x'), Input(shape=(4,), dtype='int64')
    u, h = Input(shape=(6, 3), dtype='uint8'), Input((4, 3), dtype='float16')
    m = tf.math
    return Model([x, i, u, h], [f(x) for f in (
        m.sinh, m.cosh, m.tan, m.asin, m.acos, m.atan, m.asinh, m.acosh,
        m.atanh, m.expm1, m.erfc, m.erfinv, m.is_nan, m.is_inf, m.is_finite,
        m.rint, m.lgamma, m.digamma, m.ndtri, m.cumprod, m.count_nonzero,
        m.reduce_euclidean_norm, tf.norm, tf.argsort, tf.size,
        m.cumulative_logsumexp,
        tf.linalg.matrix_transpose)] + [
        tf.linalg.band_part(x, -1, 0), tf.argmax(x, -1), tf.argmin(x),
        tf.norm(x, axis=-1, keepdims=True),
        tf.norm(x, ord=1, axis=[1, 2]), m.squared_difference(x, 1.),
        m.xlogy(x, -x), m.multiply_no_nan(x, -x), m.nextafter(x, -x),
        tf.nn.moments(x, [1])[1], tf.tensordot(x, tf.ones((3, 5)), 1),
        i + 1, i / 2, i // 2, i & 1, ~i, -i, tf.where(i > 0),
        tf.reduce_sum(u, 1), u / 2, tf.reduce_prod(u), tf.nn.dropout(h, .5),
        m.reciprocal(h), tf.nn.l2_normalize(h), tf.reduce_logsumexp(h, 1),
        tf.add_n([h, h]), tf.concat([i, i], 1), tf.stack([i, i], 1)])


@since((2, 12))
def inputs_by_specs():
    import tensorflow as tf
    x = Input(type_spec=tf.TensorSpec([None, 4, 3], 'float16'))
    y = Input(type_spec=tf.TensorSpec([2, 5], 'int64'))
    return Model([x, y], [L.Flatten(name='flat')(x), y + 1])


@since((2, 12))
def scaled_residual():
    import importlib
    root = 'tf_keras.src' if K.__name__ == 'tf_keras' else 'keras'
    scale = importlib.import_module(
        root + '.applications.inception_resnet_v2').CustomScaleLayer
    x = Input(shape=(4, 3), name='x')
    return Model(x, scale(.2, name='scale')([x, L.Dense(3, name='up')(x)]))


@since((2, 12))
def added_losses():
    """Layers that no output depends on stand last."""
    import tensorflow as tf
    x, t = Input(shape=(4,), name='x'), Input(shape=(3,), name='t')
    dense = L.Dense(3, name='dense')
    y = dense(x)
    model = Model([x, t], L.Dense(2, name='out')(L.ReLU(name='relu')(y)))
    model.add_loss(tf.reduce_mean(tf.square(y - t)))
    model.add_loss(tf.reduce_sum(L.Dense(1, name='apart')(dense(x + 1.)[..., :1]
                                                          * tf.ones((1, 4)))))
    model.add_metric(tf.reduce_sum(y), name='sum', aggregation='mean')
    return model


@since((2, 12))
def shapes_of_tensorflow():
    import tensorflow as tf
    x, y = Input(shape=(4, 3), name='x'), Input(batch_shape=(2, 5, 3))
    return Model([x, y], [
        tf.shape(x), tf.shape(y)[0], tf.shape(x)[1:], tf.rank(x), tf.size(y),
        K.backend.batch_flatten(x), K.backend.batch_flatten(y)])


@since((2, 12))
def products_of_tensorflow():
    import tensorflow as tf
    x, y = Input(shape=(4, 3), name='x'), Input(shape=(2, 5, 3), name='y')
    z, w = Input(shape=(3,), name='z'), Input(shape=(4, 3), name='w')
    return Model([x, y, z, w], [
        tf.matmul(x, w, transpose_a=True), tf.matmul(x, w, adjoint_b=True),
        tf.matmul(y, y + 1, transpose_b=True),
        tf.matmul(z, -z, transpose_b=True)])


@since((2, 12))
def images_of_tensorflow():
    import tensorflow as tf
    x = Input(shape=(8, 12, 4), name='x')
    h = Input(shape=(8, None, 3), name='h', dtype='float16')
    s = Input(shape=(8, 3), name='s')
    i, n = tf.image, tf.nn
    return Model([x, h, s], [
        i.resize(h, (5, 6)), i.resize(h, (5, 6), method='nearest'),
        i.adjust_brightness(h, .1), i.adjust_contrast(x, 2.),
        i.adjust_gamma(x), i.random_flip_left_right(h), n.lrn(x),
        i.flip_left_right(x), i.flip_up_down(h), i.rgb_to_grayscale(h),
        n.depth_to_space(x, 2), n.space_to_depth(x, 2),
        n.depth_to_space(x, 2, data_format='NCHW'),
        n.max_pool2d(x, 2, 2, 'VALID'), n.avg_pool2d(x, 3, 1, 'SAME'),
        n.max_pool2d(x, [1, 2, 3, 1], [1, 2, 1, 1], 'SAME'),
        n.max_pool1d(s, 2, 2, 'SAME'), n.avg_pool1d(s, [1, 3, 1], 1, 'VALID'),
        K.backend.pool2d(x, (2, 2)), tf.squeeze(x), tf.squeeze(h[:, :, :1], 2)])


@since((1, 0), (2,))
def frozen_dense():
    """Until 1.0.4 what was not to be trained was listed as all else was."""
    return Sequential([L.Dense(3, input_dim=4, trainable=False, name='a'),
                       L.Dense(2, name='b')])


def models(keras):
    start(keras)
    here = version(keras)
    return [(n, f) for n, f in list(globals().items())
            if type(f).__name__ == 'function' and f.__module__ == __name__ and
            SINCE.get(n, (9,)) <= here < UNTIL.get(n, (3,))]
