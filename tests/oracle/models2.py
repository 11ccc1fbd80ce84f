"""Models of Keras 2.0 to 2.12 and tf-keras, over all kinds of those eras.

`models(keras)` gives (name, build) pairs, as models.py does; a model is left
out where its Keras does not have it yet (the second argument of `since`).
"""
import importlib
import sys

from models import portable

SINCE = {}


def since(version):
    def mark(build):
        SINCE[build.__name__] = version
        return build
    return mark


def start(keras):
    global K, L, Model, Sequential, Input
    K = keras
    L, Input = keras.layers, keras.layers.Input
    Model, Sequential = keras.models.Model, keras.models.Sequential


def version(keras):
    found = tuple(int(p) for p in keras.__version__.split('.')[:2])
    return (2, 21) if 'tf_keras' in sys.modules else found


def tower(units=4, size=8, name='tower'):
    x = Input(shape=(size,), name=name + '_in')
    y = L.Dense(units, name=name + '_a')(x)
    return Model(x, L.Dense(size, name=name + '_b')(y), name=name)


# --- Kinds -----------------------------------------------------------------

def convolutions():
    return Sequential([
        L.Conv2D(8, (3, 5), strides=(2, 1), input_shape=(40, 40, 3)),
        L.Conv2D(8, 3, padding='same', dilation_rate=2, use_bias=False),
        L.SeparableConv2D(12, 3, depth_multiplier=2),
        L.Conv2DTranspose(6, 3, strides=2),
        L.Conv2DTranspose(4, 4, strides=2, padding='same'),
        L.AveragePooling2D(3, strides=2, padding='same'),
        L.ZeroPadding2D(((1, 2), (0, 3))), L.Cropping2D((1, 2)),
        L.UpSampling2D((2, 3)), L.SpatialDropout2D(0.1),
        L.MaxPooling2D(), L.GlobalAveragePooling2D()])


def convolutions_1d():
    return Sequential([
        L.Conv1D(8, 3, padding='causal', dilation_rate=2,
                 input_shape=(None, 6)),
        L.Conv1D(8, 5, strides=2, padding='same'), L.MaxPooling1D(2),
        L.AveragePooling1D(2), L.UpSampling1D(3), L.ZeroPadding1D(2),
        L.Cropping1D((1, 0)), L.SpatialDropout1D(0.1),
        L.GlobalMaxPooling1D(), L.Dense(2)])


def convolutions_3d():
    return Sequential([
        L.Conv3D(4, (1, 2, 3), input_shape=(10, 11, 12, 2)),
        L.MaxPooling3D(2), L.UpSampling3D(2), L.ZeroPadding3D(1),
        L.Cropping3D(((1, 0), (0, 1), (1, 1))), L.SpatialDropout3D(0.1),
        L.AveragePooling3D(2), L.Flatten(), L.Dense(3)])


def channels_first():
    return Sequential([
        L.Conv2D(8, 3, data_format='channels_first', input_shape=(3, 20, 22)),
        L.BatchNormalization(axis=1),
        L.MaxPooling2D(2, data_format='channels_first'),
        L.Conv2DTranspose(4, 3, strides=2, data_format='channels_first'),
        L.SeparableConv2D(5, 3, data_format='channels_first'),
        L.ZeroPadding2D(1, data_format='channels_first'),
        L.UpSampling2D(2, data_format='channels_first'),
        L.GlobalMaxPooling2D(data_format='channels_first')])


@since((2, 2))
def later_convolutions():
    return Sequential([
        L.DepthwiseConv2D(3, depth_multiplier=3, input_shape=(20, 20, 4)),
        L.Conv2DTranspose(4, 3, strides=2, output_padding=1),
        L.Reshape((-1, 4)), L.SeparableConv1D(6, 3, depth_multiplier=2),
        L.Softmax(), L.ReLU(6.)])


def local():
    x, im = Input(shape=(12, 6), name='x'), Input(shape=(9, 8, 2), name='im')
    return Model([x, im], [
        L.LocallyConnected1D(4, 3, strides=2)(x),
        L.LocallyConnected2D(3, (3, 2), use_bias=False)(im),
        L.LocallyConnected2D(3, 2, data_format='channels_first')(im)])


@since((2, 6))
def local_otherwise():
    """Kernels stored whole and masked, or as one row."""
    x, im = Input(shape=(12, 6), name='x'), Input(shape=(9, 8, 2), name='im')
    return Model([x, im], [
        L.LocallyConnected1D(4, 3, padding='same', implementation=2)(x),
        L.LocallyConnected2D(3, (3, 2), implementation=2)(im),
        L.LocallyConnected1D(4, 3, implementation=3)(x),
        L.LocallyConnected2D(3, (3, 2), implementation=3)(im),
        L.LocallyConnected1D(4, 5, padding='same', implementation=3)(x),
        L.LocallyConnected1D(2, 17, padding='same', implementation=3)(x),
        L.LocallyConnected2D(3, (4, 3), padding='same', implementation=3,
                             use_bias=False)(im)])


def cudnn():
    if version(K) != (2, 2):
        raise ValueError('needs no GPU')
    x = Input(shape=(4, 3), name='x')
    y = L.CuDNNLSTM(5, return_sequences=True)(x)
    y = L.Bidirectional(L.CuDNNGRU(4, return_sequences=True))(y)
    return Model(x, L.CuDNNLSTM(3, return_state=True)(y))


@since((2, 6))
def latest_convolutions():
    return Sequential([
        L.Conv1DTranspose(4, 3, strides=2, input_shape=(12, 5)),
        L.Conv1D(8, 3, groups=4), L.Reshape((1, 23, 8)),
        L.Conv2D(6, 1, groups=2), L.Reshape((1, 1, 23, 6)),
        L.Conv3DTranspose(2, 2, strides=2)])


def activations():
    x = Input(shape=(6, 7, 3), name='x')
    y = L.Activation('relu')(x)
    y = L.LeakyReLU(0.2)(y)
    y = L.PReLU(shared_axes=[1, 2])(y)
    y = L.PReLU()(y)
    y = L.ELU(0.5)(y)
    y = L.Activation('softmax')(y)
    return Model(x, y)


def normalizations():
    x = Input(shape=(6, 7, 3), name='x')
    y = L.BatchNormalization()(x)
    y = L.BatchNormalization(center=False, scale=False)(y)
    y = L.BatchNormalization(axis=2, momentum=0.5, epsilon=1e-5)(y)
    return Model(x, y)


@since((2, 12))
def later_normalizations():
    x = Input(shape=(6, 7, 8), name='x')
    y = L.LayerNormalization()(x)
    y = L.LayerNormalization(axis=[1, 2], center=False)(y)
    y = L.GroupNormalization(4)(y)
    y = L.UnitNormalization()(y)
    y = L.Rescaling(0.5, offset=1)(y)
    y = L.Normalization(mean=1., variance=2.)(y)
    return Model(x, y)


def merges():
    a, b = Input(shape=(5, 8), name='a'), Input(shape=(5, 8), name='b')
    c = Input(shape=(5, 3), name='c')
    sums = [L.Add()([a, b]), L.Multiply()([a, b]), L.Average()([a, b]),
            L.Maximum()([a, b])]
    return Model([a, b, c], [
        L.Concatenate()(sums + [c]), L.Concatenate(axis=1)([a, b]),
        L.Dot(axes=2)([a, b]), L.Dot(axes=(1, 1), normalize=True)([a, c])])


@since((2, 2))
def later_merges():
    a, b = Input(shape=(5, 8), name='a'), Input(shape=(5, 1), name='b')
    return Model([a, b], [L.Subtract()([a, b]), L.Minimum()([a, a]),
                          L.Add()([a, b])])


def regularizers():
    return Sequential([
        L.Dense(6, kernel_regularizer='l2', activity_regularizer='l1',
                kernel_constraint='max_norm', input_dim=5),
        L.Dropout(0.5), L.GaussianNoise(0.1), L.GaussianDropout(0.1),
        L.ActivityRegularization(l2=0.1)])


def reshapes():
    return Sequential([
        L.Permute((2, 1), input_shape=(10, 64)), L.Reshape((8, -1)),
        L.Flatten(), L.RepeatVector(3), L.Reshape((3, 5, 128)),
        L.Permute((3, 1, 2)), L.Reshape((15, 128)), L.Masking(-1.)])


def recurrences():
    x = Input(shape=(10, 4), name='x')
    y = L.SimpleRNN(3, return_sequences=True)(x)
    y = L.GRU(5, return_sequences=True, use_bias=False)(y)
    y = L.LSTM(6, return_sequences=True, go_backwards=True)(y)
    y = L.Bidirectional(L.GRU(4, return_sequences=True), merge_mode='sum')(y)
    y = L.Bidirectional(L.LSTM(3), merge_mode='concat')(y)
    return Model(x, y)


@since((2, 2))
def cells():
    x = Input(shape=(None, 4), name='x')
    y = L.GRU(5, reset_after=True, return_sequences=True)(x)
    y = L.RNN(L.LSTMCell(6), return_sequences=True)(y)
    y = L.RNN([L.LSTMCell(5), L.GRUCell(7)], return_sequences=True)(y)
    y, h, c = L.LSTM(3, return_sequences=True, return_state=True)(y)
    z = L.LSTM(3)(y, initial_state=[h, c])
    return Model(x, [z, h])


@since((2, 6))
def gru_without_reset_after():
    return Sequential([L.GRU(5, reset_after=False, input_shape=(3, 4))])


def video():
    return Sequential([
        L.ConvLSTM2D(4, (3, 3), return_sequences=True, padding='same',
                     input_shape=(5, 16, 16, 2)),
        L.BatchNormalization(), L.ConvLSTM2D(6, (3, 3), strides=(2, 2)),
        L.Conv2D(1, (1, 1))])


def wrapped():
    frame = Sequential([L.Conv2D(4, 3, input_shape=(12, 12, 1)), L.Flatten(),
                        L.Dense(6)], name='frame')
    x = Input(shape=(7, 12, 12, 1), name='video')
    y = L.TimeDistributed(frame, name='frames')(x)
    y = L.TimeDistributed(L.Dense(5), name='each')(y)
    return Model(x, L.Bidirectional(L.LSTM(3), name='both')(y))


@since((2, 6))
def attention():
    q, v = Input(shape=(8, 16), name='q'), Input(shape=(4, 16), name='v')
    return Model([q, v], [
        L.Attention(use_scale=True)([q, v]), L.AdditiveAttention()([q, v]),
        L.MultiHeadAttention(2, 3, value_dim=5, name='mha')(q, v)])


@since((2, 12))
def einsum():
    x = Input(shape=(10, 32), name='x')
    y = L.EinsumDense('abc,cde->abde', (None, 8, 16), bias_axes='de')(x)
    return Model(x, L.Identity()(y))


# --- Graphs ----------------------------------------------------------------

def encoder_decoder():
    source = Input(shape=(None, 5), name='source')
    _, h, c = L.LSTM(8, return_state=True, name='encoder')(source)
    target = Input(shape=(None, 6), name='target')
    y = L.LSTM(8, return_sequences=True, name='decoder')(
        target, initial_state=[h, c])
    return Model([source, target], L.Dense(6, activation='softmax')(y))


def nested_twice():
    inner = tower()
    a, b = Input(shape=(8,), name='a'), Input(shape=(8,), name='b')
    return Model([a, b], L.Dense(2, name='out')(
        L.Concatenate(name='join')([inner(a), inner(b)])))


def nested_outputs_twice():
    inner = tower()
    a, b = Input(shape=(8,), name='a'), Input(shape=(8,), name='b')
    return Model([a, b], [inner(b), inner(a)])


def nested_three_levels():
    low = tower(name='low')
    x = Input(shape=(8,), name='mid_in')
    mid = Model(x, L.Add(name='plus')([low(x), low(low(x))]), name='mid')
    y = Input(shape=(8,), name='top_in')
    return Model(y, L.Dense(1, name='out')(mid(mid(y))), name='top')


def nested_sequentials():
    low = Sequential([L.Dense(3, input_dim=5), L.Dense(4, use_bias=False)],
                     name='low')
    mid = Sequential([L.Dense(5, input_dim=6), low, L.Activation('relu')],
                     name='mid')
    top = Sequential(name='top')
    top.add(mid)
    top.add(L.Dense(2))
    return top


def shared_on_shapes():
    dense = L.Dense(3, name='shared')
    a, b = Input(shape=(5, 8), name='a'), Input(shape=(8,), name='b')
    return Model([a, b], [dense(a), dense(b)])


def many_inputs():
    ins = [Input(shape=(n,), name='in%d' % n) for n in range(1, 7)]
    return Model(ins, L.Dense(2, name='out')(
        L.Concatenate(name='the_concatenation')(ins)))


def frozen_nested():
    base = tower(name='base')
    base.trainable = False
    x = Input(shape=(8,), name='x')
    y = base(x)
    late = L.Dense(4, name='late')
    late.trainable = False
    return Model(x, L.Dense(2, name='head')(late(y)))


def lambdas():
    x = Input(shape=(6,), name='x')
    y = L.Lambda(portable(lambda t: t * 2), output_shape=(6,),
                 name='twice')(x)
    return Model(x, L.Dense(2, name='out')(y))


def wide_names():
    """TensorFlow 2 takes no such names, the fake backend does."""
    if version(K) > (2, 3):
        raise ValueError('needs ASCII')
    x = Input(shape=(4,), name=u'入力レイヤー')
    y = L.Dense(3, name=u'とても長い名前の全結合層は列の幅に収まりません')(x)
    z = L.Dense(3, name=u'e\u0301te\u0301 combine\u0301')(x)
    return Model(x, L.Add(name=u'和')([y, z]), name=u'広い')


def long_chain_names():
    return Sequential([
        L.Dense(3, input_dim=4, name='short'),
        L.BatchNormalization(name='a_name_of_just_thirteen'),
        L.Dense(123456, name='a_name_that_is_much_longer_than_its_column'),
        L.Reshape((2, 2, 2, 2, 2, 2, 3, 643), name='many_dims')])


def giant():
    return Sequential([L.Embedding(900000, 1000, input_length=3,
                                   embeddings_initializer='zeros'),
                       L.Flatten(), L.Dense(1)])


def small_sizes():
    return Sequential([L.Dense(1, input_dim=1, use_bias=False)])


def nested_two_outputs():
    x = Input(shape=(8,), name='x')
    inner = Model(x, [L.Dense(3, name='p')(x), L.Dense(5, name='q')(x)],
                  name='inner')
    y = Input(shape=(8,), name='y')
    p, q = inner(y)
    r, _ = inner(L.Dense(8, name='again')(q))
    return Model(y, L.Concatenate(name='join')([p, q, r]))


@since((2, 6))
def nested_dict_outputs():
    x = Input(shape=(8,), name='x')
    inner = Model(x, {'z': L.Dense(3, name='p')(x),
                      'a': L.Dense(5, name='q')(x)}, name='inner')
    y = Input(shape=(8,), name='y')
    out = inner(y)
    return Model(y, L.Concatenate(name='join')([out['z'], out['a']]))


def nested_long_names():
    low = Sequential([L.Dense(8, name='a_dense_layer_with_a_long_name',
                              input_dim=8),
                      L.Activation('relu', name='activation_' + 'x' * 60)],
                     name='the_innermost_of_the_nested_models')
    x = Input(shape=(8,), name='entrance_of_the_model_in_the_middle')
    mid = Model(x, L.Add(name='sum')([x, low(x)]), name='middle')
    y = Input(shape=(8,), name='y')
    return Model(y, L.Dense(1234567, name='out')(mid(y)))


@since((2, 6))
def nested_structures():
    x = Input(shape=(8,), name='x')
    a, b, c, d = (L.Dense(n, name='d%d' % n)(x) for n in (1, 2, 3, 4))
    inner = Model(x, {'a': [a, b], 'b': {'c': c}, 'd': d}, name='inner')
    y = Input(shape=(8,), name='y')
    out = inner(y)
    return Model(y, L.Concatenate(name='join')([out['a'][1], out['b']['c']]))


@since((2, 6))
def bound_batch():
    a = Input(batch_shape=(8, 10, 4), name='a')
    return Model(a, L.Dense(2)(L.GRU(6, stateful=True)(a)))


@since((2, 6))
def operator_nodes():
    x, y = Input(shape=(8,), name='x'), Input(shape=(8,), name='y')
    a = x + y
    b = (a * 2.0 - y) / 3.0
    return Model([x, y], L.Dense(2, name='out')(b[:, 1:5]))


def tensorflow():
    import tensorflow
    return tensorflow


@since((2, 6))
def functions_of_one():
    """Functions of TensorFlow that become layers: TFOpLambda."""
    tf = tensorflow()
    x, im = Input(shape=(8,), name='x'), Input(shape=(6, 5, 4), name='im')
    ids = Input(shape=(3,), name='ids', dtype='int32')
    return Model([x, im, ids], [
        -x, abs(x), x ** 2, 2.0 - x, 1.0 / x, x > 0.5, x // 2, x % 2,
        tf.nn.relu(x), tf.nn.softmax(x), tf.sigmoid(x), tf.tanh(x),
        tf.nn.swish(x), tf.nn.gelu(x), tf.nn.elu(x), tf.nn.relu6(x),
        tf.nn.leaky_relu(x, alpha=0.1), tf.math.square(x), tf.sqrt(x),
        tf.exp(x), tf.math.log(x), tf.math.rsqrt(x), tf.floor(x),
        tf.clip_by_value(x, 0., 1.), tf.identity(x), tf.stop_gradient(x),
        tf.zeros_like(x), tf.math.l2_normalize(x, axis=1),
        tf.cast(ids, tf.float32), tf.one_hot(ids, 5), tf.cumsum(x, axis=1),
        tf.reduce_mean(im, axis=[1, 2]), tf.reduce_sum(im, -1, keepdims=True),
        tf.math.reduce_max(im, [1, 2], True), tf.reduce_mean(x),
        tf.math.reduce_std(x, axis=1), tf.math.top_k(x, 3)[0],
        tf.nn.dropout(x, 0.5), tf.nn.bias_add(x, tf.ones(8))])


@since((2, 6))
def functions_of_shape():
    tf = tensorflow()
    x, y = Input(shape=(8,), name='x'), Input(shape=(8,), name='y')
    im = Input(shape=(6, 5, 4), name='im')
    return Model([x, y, im], [
        tf.concat([x, y], axis=-1), tf.stack([x, y], axis=1),
        tf.stack([x, y]), tf.math.add_n([x, y]), tf.maximum(x, y),
        tf.minimum(x, 0.5), tf.where(x > 0, x, y),
        tf.matmul(im, tf.transpose(im, [0, 1, 3, 2])),
        tf.reshape(im, (-1, 30, 4)), tf.transpose(im, [0, 3, 1, 2]),
        tf.expand_dims(x, 1), tf.squeeze(tf.expand_dims(x, 1), 1),
        tf.split(x, 2, axis=1)[1], tf.split(x, [2, 3, 3], axis=1)[0],
        tf.unstack(im, axis=1)[0], tf.tile(x, [1, 3]),
        tf.pad(im, [[0, 0], [1, 1], [2, 2], [0, 0]]),
        tf.image.resize(im, (12, 10)), tf.gather(x, [0, 2], axis=1),
        x[:, None, :], im[..., 0], im[:, 1:3, ::2, -1], x[:, 0], im[:, ::-1],
        tf.reverse(x, [1]), tf.roll(x, 1, 1), tf.broadcast_to(x, [2, 8])])


@since((2, 13))
def functions_unknown():
    """What a layer after a function that no reader knows still needs."""
    tf = tensorflow()
    x = Input(shape=(6, 5, 4), name='x')
    y = tf.nn.depth_to_space(x, 2)
    return Model(x, L.Dense(2, name='out')(L.Conv2D(3, 3, name='conv')(y)))


@since((2, 6))
def random_sizes():
    """Layers that Keras 3 has no more: nobody knows how high their images are."""
    L2 = L if hasattr(L, 'RandomHeight') else L.experimental.preprocessing
    image = Input(shape=(20, 24, 3), name='image')
    x = L2.RandomHeight(0.2, name='high')(image)
    y = L2.RandomWidth((-0.1, 0.3), interpolation='nearest', name='wide')(image)
    z = L2.RandomWidth(0.1, name='both')(x)
    return Model(image, [L.Conv2D(4, 3, name='conv')(z),
                         L.GlobalAveragePooling2D(name='mean')(y), x])


@since((2, 12))
def fourier_features():
    features = importlib.import_module(
        'tf_keras.src.layers.kernelized' if 'tf_keras' in sys.modules else
        'keras.layers.kernelized').RandomFourierFeatures
    K.utils.get_custom_objects()[features.__name__] = features
    x = Input(shape=(12,), name='x')
    y = features(output_dim=32, scale=10., name='gauss')(x)
    z = features(5, kernel_initializer='laplacian', trainable=True, name='learnt')(x)
    return Model(x, [L.Dense(3, name='score')(y), z])


@since((2, 6))
def feature_columns():
    tf = tensorflow()
    if 'tf_keras' in sys.modules:
        raise ValueError('its columns are those of 2.12')
    fc = tf.feature_column
    dense = importlib.import_module(
        'keras.feature_column.dense_features_v2').DenseFeatures
    age, city = fc.numeric_column('age'), \
        fc.categorical_column_with_vocabulary_list('city', ['a', 'b', 'c'],
                                                   num_oov_buckets=2)
    decade = fc.bucketized_column(age, [18, 30, 50])
    number = fc.categorical_column_with_identity('number', 10)
    name = fc.categorical_column_with_hash_bucket('name', 100)
    weighed = fc.weighted_categorical_column(number, 'age')
    columns = [
        age, fc.numeric_column('wide', shape=(3, 2)), decade,
        fc.indicator_column(city), fc.indicator_column(weighed),
        fc.embedding_column(name, 8),
        fc.embedding_column(number, 4, trainable=False),
        fc.embedding_column(fc.bucketized_column(
            fc.numeric_column('long', shape=(3,)), [0.5]), 2),
        fc.indicator_column(fc.crossed_column([decade, 'city'], 50))]
    inputs = {'age': Input((1,), name='age'), 'wide': Input((3, 2), name='wide'),
              'long': Input((3,), name='long'),
              'city': Input((1,), name='city', dtype='string'),
              'number': Input((1,), name='number', dtype='int64'),
              'name': Input((1,), name='name', dtype='string')}
    return Model(inputs, L.Dense(2, name='out')(
        dense(columns, name='features')(inputs)))


@since((2, 6))
def dict_inputs_outputs():
    ins = {'width': Input(shape=(4,), name='width'),
           'age': Input(shape=(3,), name='age')}
    x = L.Concatenate(name='join')([ins['width'], ins['age']])
    return Model(ins, {'score': L.Dense(1, name='score')(x),
                       'class': L.Dense(7, name='class')(x)})


@since((2, 6))
def mixed_precision():
    x = Input(shape=(16, 16, 3), name='image')
    y = L.Conv2D(8, 3, dtype='mixed_float16')(x)
    y = L.BatchNormalization(dtype='mixed_float16')(y)
    return Model(x, L.Dense(4, dtype='float32')(
        L.Flatten(dtype='mixed_float16')(y)))


# --- What Keras 3 says otherwise ---------------------------------------------

@since((2, 6))
def integers_pass():
    """What computes with its input alone leaves integers integers."""
    L2 = L if hasattr(L, 'Rescaling') else L.experimental.preprocessing
    x = Input(shape=(8, 8, 3), name='x', dtype='uint8')
    y = L.MaxPooling2D(name='pool')(L.ZeroPadding2D(name='pad')(
        L.Cropping2D(1, name='crop')(x)))
    z = L.RepeatVector(2, name='repeat')(L.GlobalMaxPooling2D(name='max')(y))
    return Model(x, [L.Dropout(0.5, name='drop')(z), L2.Rescaling(
        0.5, name='half')(y)])


@since((2, 6))
def batch_axes():
    x = Input(shape=(5, 12, 4), name='x')
    y = Input(shape=(3, 8, 9, 4), name='y')
    return Model([x, y], [L.Conv1D(6, 3, strides=2, name='one')(x),
                          L.Conv2D(6, (3, 2), padding='same', name='two')(y)])


@since((2, 12))
def attention_by_name():
    q, v, m = (Input(shape=s, name=n) for s, n in
               (((8, 16), 'q'), ((4, 16), 'v'), ((8, 4), 'm')))
    y = L.MultiHeadAttention(2, 3, name='mha')(q, value=v, attention_mask=m)
    return Model([q, v, m], y)


@since((2, 6))
def unbuilt():
    return Sequential([L.Dense(3), L.Dropout(0.5), L.Dense(4)])


@since((2, 6))
def empty():
    return Sequential(name='nothing')


def models(keras):
    start(keras)
    here = version(keras)
    return [(n, f) for n, f in list(globals().items())
            if type(f).__name__ == 'function' and f.__module__ == __name__ and
            f.__code__.co_argcount == 0 and SINCE.get(n, (2, 0)) <= here]
