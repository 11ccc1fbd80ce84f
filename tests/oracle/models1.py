"""Models of Keras 1, over its kinds that have a name today.

`models(keras)` gives (name, build) pairs, as models.py does.
"""
from models import portable


def start(keras):
    global L, Model, Sequential, Input, merge, Merge, V
    L = keras.layers
    Model, Sequential = keras.models.Model, keras.models.Sequential
    Input, merge, Merge = L.Input, L.merge, L.Merge
    V = tuple(int(p) for p in keras.__version__.split('.'))


def tower(units=4, size=8, name='tower'):
    x = Input(shape=(size,), name=name + '_in')
    y = L.Dense(units, name=name + '_a')(x)
    return Model(input=x, output=L.Dense(size, name=name + '_b')(y),
                 name=name)


# --- Kinds -----------------------------------------------------------------

def convolutions():
    return Sequential([
        L.Convolution2D(8, 3, 5, subsample=(2, 1), input_shape=(40, 40, 3)),
        L.Convolution2D(8, 3, 3, border_mode='same', bias=False),
        L.AtrousConvolution2D(6, 3, 3, atrous_rate=(2, 2)),
        L.SeparableConvolution2D(12, 3, 3, depth_multiplier=2),
        L.AveragePooling2D((3, 3), strides=(2, 2), border_mode='same'),
        L.ZeroPadding2D((1, 2)), L.UpSampling2D((2, 3)),
        L.SpatialDropout2D(0.1), L.MaxPooling2D(),
        L.GlobalAveragePooling2D()])


def deconvolution():
    return Sequential([
        L.Deconvolution2D(3, 3, 3, output_shape=(None, 14, 14, 3),
                          input_shape=(12, 12, 5)),
        L.Deconvolution2D(4, 3, 3, output_shape=(None, 29, 29, 4),
                          subsample=(2, 2)),
        L.Deconvolution2D(2, 4, 4, output_shape=(None, 58, 58, 2),
                          subsample=(2, 2), border_mode='same', bias=False)])


def cropping():
    return Sequential([
        L.Cropping2D(((1, 2), (0, 3)), input_shape=(20, 20, 3)),
        L.Cropping2D(((1, 1), (1, 1)), dim_ordering='tf')])


def theano_ordering():
    return Sequential([
        L.Convolution2D(8, 3, 3, dim_ordering='th', input_shape=(3, 20, 22)),
        L.BatchNormalization(axis=1),
        L.MaxPooling2D((2, 2), dim_ordering='th'),
        L.Convolution2D(4, 5, 5, dim_ordering='th', border_mode='same'),
        L.AveragePooling2D(dim_ordering='th'), L.Flatten(), L.Dense(2)])


def convolutions_1d():
    return Sequential([
        L.Convolution1D(8, 3, border_mode='same', input_shape=(40, 6)),
        L.Convolution1D(8, 5, subsample_length=2),
        L.AtrousConvolution1D(4, 3, atrous_rate=2), L.MaxPooling1D(2),
        L.UpSampling1D(3), L.ZeroPadding1D(2), L.Cropping1D((1, 0)),
        L.AveragePooling1D(pool_length=3, stride=2), L.GlobalMaxPooling1D(),
        L.Dense(2)])


def convolution_by_input_dim():
    return Sequential([
        L.Convolution1D(8, 3, input_dim=6, input_length=30),
        L.SpatialDropout1D(0.1), L.LSTM(4)])


def convolutions_3d():
    return Sequential([
        L.Convolution3D(4, 1, 2, 3, input_shape=(10, 11, 12, 2)),
        L.MaxPooling3D((2, 2, 2)), L.UpSampling3D((2, 2, 2)),
        L.ZeroPadding3D((1, 1, 1)),
        L.Cropping3D(((1, 0), (0, 1), (1, 1))), L.AveragePooling3D(),
        L.Flatten(), L.Dense(3)])


def activations():
    x = Input(shape=(6, 3), name='x')
    y = L.Activation('relu')(x)
    y = L.LeakyReLU(0.2)(y)
    y = L.PReLU()(y)
    y = L.ELU(0.5)(y)
    y = L.Activation('softmax')(y)
    return Model(input=x, output=y)


def identity_first():
    """A layer that gives its input as it is: the config begins there."""
    x = Input(shape=(4,), name='x')
    y = L.Activation('linear', name='same')(x)
    return Model(input=x, output=L.Dense(3, name='out')(y))


def table_of_two_axes():
    """Keras 1 said (batch, length, features) of any input."""
    x = Input(shape=(5, 6), name='x')
    return Model(input=x, output=L.Embedding(10, 3, name='table')(x))


def frozen_directions():
    x = Input(shape=(5, 4), name='x')
    return Model(input=x, output=L.Bidirectional(
        L.LSTM(3), trainable=False, name='both')(x))


def bygone_dense():
    return Sequential([
        L.TimeDistributedDense(6, input_dim=5, input_length=4), L.Flatten(),
        L.Highway(activation='tanh'), L.MaxoutDense(7, 2, bias=False),
        L.Highway(bias=False)])


def bygone_activations():
    x = Input(shape=(6, 3), name='x')
    y = L.ParametricSoftplus(0.3)(L.SReLU()(x))
    return Model(input=x, output=L.ThresholdedReLU(0.5)(y))


def local():
    x, im = Input(shape=(12, 6), name='x'), Input(shape=(9, 8, 2), name='im')
    return Model(input=[x, im], output=[
        L.LocallyConnected1D(4, 3, subsample_length=2)(x),
        L.LocallyConnected2D(3, 3, 2, subsample=(2, 1), bias=False)(im),
        L.LocallyConnected2D(3, 2, 2, dim_ordering='th')(im)])


def shared_axes():
    """PReLU's shared_axes are not in the config of Keras 1."""
    x = Input(shape=(6, 7, 3), name='x')
    return Model(input=x, output=L.PReLU(shared_axes=[1, 2])(x))


def normalizations():
    x = Input(shape=(6, 7, 3), name='x')
    y = L.BatchNormalization()(x)
    y = L.BatchNormalization(axis=2, momentum=0.5, epsilon=1e-5)(y)
    y = L.BatchNormalization(mode=2)(y)
    return Model(input=x, output=y)


def merge_modes():
    a, b = Input(shape=(5, 8), name='a'), Input(shape=(5, 8), name='b')
    return Model(input=[a, b], output=[
        merge([a, b], mode=mode) for mode in
        ('sum', 'mul', 'ave', 'max', 'concat')] + [
        merge([a, b], mode='concat', concat_axis=1),
        merge([a, b], mode='dot', dot_axes=2),
        merge([a, b], mode='dot', dot_axes=(2, 2)),
        merge([a, b], mode='cos', dot_axes=2)])


def three_branches():
    branches = [Sequential([L.Dense(4, input_dim=n)]) for n in (2, 3, 4)]
    branches[1].add(L.Dropout(0.1))
    m = Sequential([Merge(branches, mode='concat'), L.Dense(2)])
    return m


def nested_branches():
    left = Sequential([Merge([Sequential([L.Dense(4, input_dim=2)]),
                              Sequential([L.Dense(4, input_dim=3)])],
                             mode='mul'), L.Dense(5)])
    right = Sequential([L.Dense(5, input_dim=6)])
    return Sequential([Merge([left, right], mode='sum'),
                       L.Dense(2, W_regularizer='l2')])


def regularizers():
    from keras.regularizers import WeightRegularizer, activity_l2
    return Sequential([
        L.Dense(6, W_regularizer=WeightRegularizer(l1=1e-6, l2=1e-6),
                activity_regularizer=activity_l2(0.1), init='normal',
                input_dim=5, bias=False),
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
    y = L.GRU(5, return_sequences=True, consume_less='gpu')(y)
    y = L.LSTM(6, return_sequences=True, go_backwards=True)(y)
    y = L.LSTM(7, return_sequences=True, consume_less='gpu')(y)
    y = L.Bidirectional(L.GRU(4, return_sequences=True),
                        merge_mode='sum')(y)
    y = L.Bidirectional(L.LSTM(3))(y)
    return Model(input=x, output=y)


def recurrence_by_input_dim():
    return Sequential([L.LSTM(6, input_dim=5, input_length=7, dropout_W=0.1,
                              dropout_U=0.2, inner_init='glorot_uniform'),
                       L.Dense(2)])


def stateful():
    return Sequential([L.GRU(6, stateful=True, return_sequences=True,
                             batch_input_shape=(8, 10, 4)),
                       L.TimeDistributed(L.Dense(2))])


def embedding():
    return Sequential([
        L.Embedding(100, 8, input_length=12, dropout=0.2, mask_zero=True),
        L.LSTM(4, inner_activation='sigmoid', forget_bias_init='zero')])


def video():
    return Sequential([
        L.ConvLSTM2D(4, 3, 3, return_sequences=True, border_mode='same',
                     input_shape=(5, 16, 16, 2)),
        L.BatchNormalization(), L.ConvLSTM2D(6, 3, 3)])


def wrapped():
    frame = Sequential([L.Convolution2D(4, 3, 3, input_shape=(12, 12, 1)),
                        L.Flatten(), L.Dense(6)], name='frame')
    x = Input(shape=(7, 12, 12, 1), name='video')
    y = L.TimeDistributed(frame, name='frames')(x)
    y = L.TimeDistributed(L.Dense(5), name='each')(y)
    return Model(input=x, output=L.LSTM(3)(y))


# --- Graphs ----------------------------------------------------------------

def nested_twice():
    inner = tower()
    a, b = Input(shape=(8,), name='a'), Input(shape=(8,), name='b')
    return Model(input=[a, b], output=L.Dense(2, name='out')(
        merge([inner(a), inner(b)], mode='concat', name='join')))


def nested_outputs_twice():
    inner = tower()
    a, b = Input(shape=(8,), name='a'), Input(shape=(8,), name='b')
    return Model(input=[a, b], output=[inner(b), inner(a)])


def nested_three_levels():
    low = tower(name='low')
    x = Input(shape=(8,), name='mid_in')
    mid = Model(input=x, name='mid', output=merge(
        [low(x), low(low(x))], mode='sum', name='plus'))
    y = Input(shape=(8,), name='top_in')
    return Model(input=y, output=L.Dense(1, name='out')(mid(mid(y))),
                 name='top')


def nested_sequentials():
    low = Sequential([L.Dense(3, input_dim=5), L.Dense(4, bias=False)])
    mid = Sequential([L.Dense(5, input_dim=6), low, L.Activation('relu')])
    return Sequential([mid, L.Dense(2)])


def shared_in_chain():
    """A layer that stands twice in a Sequential: its name tells."""
    square = L.Dense(4, name='square')
    return Sequential([L.Dense(4, input_dim=3), square, L.Activation('relu'),
                       square, L.Dense(2)])


def shared_on_shapes():
    relu = L.Activation('relu', name='shared')
    a, b = Input(shape=(5, 8), name='a'), Input(shape=(9,), name='b')
    return Model(input=[a, b], output=[relu(a), relu(b)])


def many_inputs():
    ins = [Input(shape=(n,), name='in%d' % n) for n in range(1, 7)]
    return Model(input=ins, output=L.Dense(2, name='out')(
        merge(ins, mode='concat', name='the_concatenation')))


def frozen_layers():
    x = Input(shape=(8,), name='x')
    early = L.Dense(4, name='early', trainable=False)
    return Model(input=x, output=L.Dense(2, name='head')(early(x)))


def lambdas():
    x = Input(shape=(6,), name='x')
    y = L.Lambda(portable(lambda t: t * 2), output_shape=(6,),
                 name='twice')(x)
    return Model(input=x, output=L.Dense(2, name='out')(y))


def wide_names():
    x = Input(shape=(4,), name=u'入力レイヤー')
    y = L.Dense(3, name=u'とても長い名前の全結合層は列の幅に収まりません')(x)
    z = L.Dense(3, name=u'e\u0301te\u0301 combine\u0301')(x)
    return Model(input=x, output=merge([y, z], name=u'和'))


def long_chain_names():
    return Sequential([
        L.Dense(3, input_dim=4, name='short'),
        L.Dense(123456, name='a_name_that_is_much_longer_than_its_column'),
        L.Reshape((2, 2, 2, 2, 2, 2, 3, 643), name='many_dims')])


def nested_two_outputs():
    x = Input(shape=(8,), name='x')
    inner = Model(input=x, name='inner', output=[
        L.Dense(3, name='p')(x), L.Dense(5, name='q')(x)])
    y = Input(shape=(8,), name='y')
    p, q = inner(y)
    return Model(input=y, output=merge([p, q], mode='concat'))


def million():
    return Sequential([L.Embedding(1234567, 1000, input_length=3),
                       L.Flatten(), L.Dense(12345)])


def models(keras):
    start(keras)
    return [(n, f) for n, f in list(globals().items())
            if type(f).__name__ == 'function' and f.__module__ == __name__ and
            n not in ('merge', 'start') and f.__code__.co_argcount == 0]
