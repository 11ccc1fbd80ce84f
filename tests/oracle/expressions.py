"""Writes golden/expressions: constructor text, and what each era makes of it.

    expressions.py ERA OUT

ERA is 1.2.2, 2.2.4 or 3. Each text is run as Python with that Keras in sight;
one that it refuses is left out for this era. A case is the text, the name of
the model, its inputs, and the name, the first output's shape and the
parameters of each layer. What is not built yet is null.
"""
import json
import os
import sys
import warnings

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import facts  # noqa: E402
import oracle  # noqa: E402

NAMES = {'1.2.2': 'keras-1', '2.2.4': 'keras-2', '3': 'keras-3'}

# A layer each, on an input of that shape: positions, keywords, defaults.
LAYERS = [
    ((8,), '''
Dense(5)
Dense(5, 'relu')
Dense(5, 'tanh', False)
Dense(5, 'uniform', 'relu')
Dense(output_dim=5, bias=False)
Dense(units=5, use_bias=False)
Dense(output_dim=5, init='normal', activation='tanh')
Dense(5, W_regularizer='l2', b_constraint='nonneg')
Activation('relu')
Activation(activation='tanh')
Dropout(0.5)
Dropout(p=0.5)
Dropout(rate=0.5)
GaussianNoise(0.1)
GaussianNoise(sigma=0.1)
GaussianDropout(0.1)
ActivityRegularization(l2=0.1)
BatchNormalization()
BatchNormalization(1e-3)
BatchNormalization(1e-3, 0, -1)
BatchNormalization(axis=-1, momentum=0.9)
BatchNormalization(mode=2)
BatchNormalization(center=False, scale=False)
RepeatVector(3)
Reshape((2, 4))
Reshape((-1, 2))
Reshape(target_shape=(4, 2))
Flatten()
LeakyReLU()
LeakyReLU(0.2)
LeakyReLU(alpha=0.2)
PReLU()
PReLU('one')
ELU(1.0)
ThresholdedReLU(0.5)
ParametricSoftplus()
SReLU()
MaxoutDense(5)
MaxoutDense(5, 3)
MaxoutDense(output_dim=5, nb_feature=2, bias=False)
Highway()
Highway('uniform', 'relu')
Highway(bias=False)
Masking()
'''),
    ((12, 6), '''
Conv1D(4, 3)
Convolution1D(4, 3)
Convolution1D(4, 3, border_mode='same', subsample_length=2)
Convolution1D(nb_filter=4, filter_length=5, bias=False)
Convolution1D(4, 3, 'uniform', 'relu', None, 'same', 2)
Conv1D(4, 3, 2, 'same')
Conv1D(4, 3, dilation_rate=2, padding='causal')
AtrousConvolution1D(4, 3, atrous_rate=2)
AtrousConvolution1D(4, 3, 'uniform', 'relu', None, 'same', 1, 2)
LocallyConnected1D(4, 3)
LocallyConnected1D(4, 3, subsample_length=2)
LocallyConnected1D(4, 3, strides=2, use_bias=False)
MaxPooling1D()
MaxPooling1D(3)
MaxPooling1D(3, 2)
MaxPooling1D(3, 2, 'same')
MaxPooling1D(pool_length=3, stride=1)
MaxPooling1D(pool_size=3, strides=1)
AveragePooling1D(pool_length=4)
GlobalMaxPooling1D()
GlobalAveragePooling1D()
UpSampling1D()
UpSampling1D(3)
UpSampling1D(length=3)
UpSampling1D(size=3)
ZeroPadding1D()
ZeroPadding1D(2)
ZeroPadding1D((1, 2))
ZeroPadding1D(padding={'left_pad': 1, 'right_pad': 2})
Cropping1D()
Cropping1D((1, 2))
Permute((2, 1))
SpatialDropout1D(0.2)
SpatialDropout1D(p=0.2)
SimpleRNN(5)
SimpleRNN(output_dim=5, return_sequences=True)
LSTM(5)
LSTM(5, return_sequences=True)
LSTM(5, 'uniform', 'orthogonal', 'one', 'tanh')
LSTM(output_dim=5, inner_init='orthogonal', inner_activation='sigmoid', forget_bias_init='one', dropout_W=0.1, dropout_U=0.2)
LSTM(units=5, implementation=2, recurrent_dropout=0.1)
LSTM(5, consume_less='gpu')
GRU(5)
GRU(5, return_sequences=True, go_backwards=True)
GRU(5, reset_after=True)
GRU(output_dim=5, inner_activation='sigmoid')
GRU(5, use_bias=False)
CuDNNLSTM(5)
CuDNNGRU(5, return_sequences=True)
RNN(LSTMCell(5))
RNN([LSTMCell(5), GRUCell(4)], return_sequences=True)
Bidirectional(LSTM(5))
Bidirectional(GRU(5, return_sequences=True), 'sum')
Bidirectional(LSTM(5), merge_mode='mul', weights=None)
TimeDistributed(Dense(5))
TimeDistributed(Dense(5, activation='relu'), name='each')
TimeDistributedDense(5)
TimeDistributedDense(output_dim=5, bias=False)
Dense(5)
Softmax()
LayerNormalization()
'''),
    ((14, 15, 4), '''
Conv2D(6, 3)
Conv2D(6, 3, 3)
Conv2D(6, 3, 2)
Conv2D(6, (3, 5))
Conv2D(6, (3, 5), 2, 'same')
Conv2D(6, (3, 5), (1, 2), 'same', 'channels_last', (1, 1))
Conv2D(6, kernel_size=(3, 3), strides=2, use_bias=False)
Conv2D(6, 3, dilation_rate=2)
Conv2D(6, 3, 3, border_mode='same')
Conv2D(6, 3, 3, activation='relu')
Convolution2D(6, 3, 3)
Convolution2D(6, 3, 5, border_mode='same', subsample=(2, 2))
Convolution2D(6, 3, 3, 'uniform', 'relu', None, 'same', (2, 1))
Convolution2D(nb_filter=6, nb_row=3, nb_col=2, bias=False)
Convolution2D(6, 3, 3, dim_ordering='th')
Convolution2D(6, 3, 3, dim_ordering='tf')
Convolution2D(6, nb_row=3, nb_col=5)
Convolution2D(6, (3, 3))
AtrousConvolution2D(6, 3, 3, atrous_rate=(2, 2))
AtrousConvolution2D(6, 3, 3, 'uniform', 'relu', None, 'valid', (1, 1), (2, 1))
SeparableConvolution2D(6, 3, 3)
SeparableConvolution2D(6, 3, 3, depth_multiplier=2, border_mode='same')
SeparableConv2D(6, 3, depth_multiplier=2)
SeparableConv2D(6, (3, 3), (1, 1), 'same')
DepthwiseConv2D(3)
DepthwiseConv2D((3, 3), 2, 'same', 3)
Deconvolution2D(3, 3, 3, output_shape=(None, 16, 17, 3))
Deconvolution2D(3, 3, 3, (None, 29, 31, 3), subsample=(2, 2))
Deconvolution2D(3, 3, 3, output_shape=(None, 28, 30, 3), subsample=(2, 2), border_mode='same')
Conv2DTranspose(3, 3)
Conv2DTranspose(3, (3, 3), 2)
Conv2DTranspose(3, 3, strides=(2, 2), padding='same')
Conv2DTranspose(3, 3, 2, 'valid', 1)
LocallyConnected2D(3, 3, 3)
LocallyConnected2D(3, (3, 2))
LocallyConnected2D(3, (3, 3), strides=(2, 2), use_bias=False)
MaxPooling2D()
MaxPooling2D(3)
MaxPooling2D((2, 3))
MaxPooling2D((2, 3), (1, 1), 'same')
MaxPooling2D(pool_size=(2, 2), strides=(1, 1), border_mode='same')
MaxPooling2D((2, 2), dim_ordering='th')
MaxPool2D(2)
AveragePooling2D((2, 2), None, 'same', 'channels_last')
GlobalMaxPooling2D()
GlobalAveragePooling2D(dim_ordering='th')
GlobalAveragePooling2D('channels_first')
UpSampling2D()
UpSampling2D((2, 3))
UpSampling2D(size=(2, 2), dim_ordering='th')
ZeroPadding2D()
ZeroPadding2D((1, 2))
ZeroPadding2D((1, 2, 3, 4))
ZeroPadding2D(((1, 2), (3, 4)))
ZeroPadding2D({'top_pad': 1, 'bottom_pad': 2, 'left_pad': 3, 'right_pad': 4})
ZeroPadding2D(padding={'top_pad': 1, 'left_pad': 3})
Cropping2D()
Cropping2D(((1, 2), (3, 4)))
Cropping2D((1, 2))
SpatialDropout2D(0.2)
SpatialDropout2D(0.2, 'th')
PReLU(shared_axes=[1, 2])
SReLU(shared_axes=[1, 2])
ParametricSoftplus(shared_axes=[1])
Permute((3, 1, 2))
BatchNormalization(axis=1)
'''),
    ((7, 8, 9, 2), '''
Convolution3D(4, 1, 2, 3)
Convolution3D(nb_filter=4, kernel_dim1=1, kernel_dim2=2, kernel_dim3=3, subsample=(1, 1, 2))
Conv3D(4, (1, 2, 3))
Conv3D(4, 2, 2)
MaxPooling3D()
MaxPooling3D((1, 2, 3))
AveragePooling3D((2, 2, 2), border_mode='same')
UpSampling3D((1, 2, 3))
ZeroPadding3D((1, 2, 3))
Cropping3D(((1, 0), (0, 1), (1, 1)))
SpatialDropout3D(0.2)
ConvLSTM2D(3, 3, 3)
ConvLSTM2D(3, (3, 3), padding='same', return_sequences=True)
ConvLSTM2D(nb_filter=3, nb_row=3, nb_col=2, border_mode='same')
'''),
]

# Whole texts.
TEXTS = [
    "Sequential([Flatten(input_shape=(1, 28, 28)), Dense(10), "
    "Activation('softmax')])",
    "model0 = Sequential()\nmodel0.add(Flatten(input_shape=(1, 28, 28)))\n"
    "model0.add(Dense(10))\nmodel0.add(Activation('softmax'))",
    "img_rows, nb_classes = 28, 10\nmodel = Sequential()\n"
    "model.add(Flatten(input_shape=(1, img_rows, img_rows)))\n"
    "model.add(Dense(nb_classes, activation='softmax'))",
    "size = (28, 28, 1)\nunits = 64\nmodel = Sequential([\n"
    "    Conv2D(32, (3, 3), input_shape=size),   # the first\n"
    "    MaxPooling2D((2, 2)),\n\n    Flatten(),\n"
    "    Dense(units),\n    Dense(units),\n])",
    "m = Sequential(); m.add(Dense(514, input_dim=514, init='normal', "
    "W_regularizer=WeightRegularizer(l1=1e-6, l2=1e-6))); "
    "m.add(Dense(257))",
    "Sequential([Embedding(100, 8, input_length=12), Flatten(), Dense(3)])",
    "Sequential([Embedding(100, 8), LSTM(4)])",
    "Sequential([Embedding(input_dim=100, output_dim=8, input_length=12, "
    "mask_zero=True), GRU(4, return_sequences=True), GRU(5)])",
    "Sequential([Embedding(100, 8, 'uniform', 12), Flatten()])",
    "Sequential([Embedding(100, 8, dropout=0.2, input_length=5)])",
    "Sequential([LSTM(6, input_dim=5, input_length=7), Dense(2)])",
    "Sequential([LSTM(6, input_dim=5)])",
    "Sequential([Convolution1D(4, 3, input_dim=5)])",
    "Sequential([Conv1D(4, 3, input_dim=5, input_length=9)])",
    "Sequential([TimeDistributedDense(4, input_dim=5, input_length=9)])",
    "Sequential([MaxoutDense(4, input_dim=5), Highway()])",
    "Sequential([GRU(6, stateful=True, batch_input_shape=(8, 10, 4))])",
    "Sequential([Dense(4, input_shape=(3,), batch_size=8)])",
    "Sequential([Dense(4, batch_input_shape=(8, 3), name='first'), "
    "Dense(2, name='last')], name='named')",
    "Sequential([Dense(4, input_shape=(3,), name='first'), Dense(2)])",
    "Sequential([InputLayer(input_shape=(3,)), Dense(2)])",
    "Sequential([InputLayer((3,)), Dense(2)])",
    "Sequential([Input(shape=(3,)), Dense(2)])",
    "Sequential([Input((3,), name='x'), Dense(2)])",
    "Sequential([Dense(4), Dense(2)])",
    "Sequential([Sequential([Dense(4, input_dim=3)]), Dense(2)])",
    "Sequential([Sequential([Dense(4, input_dim=3)], name='inner'), "
    "Dense(2)])",
    "Sequential([Dense(4, input_dim=3), Sequential([Dense(5, input_dim=4), "
    "Dropout(0.1)]), Dense(2)])",
    "Sequential([Dense(4, input_dim=3), Dense(4), LeakyReLU(), LeakyReLU(), "
    "BatchNormalization(), BatchNormalization(), PReLU(), ELU()])",
    "Sequential([Conv2D(2, (3, 3), input_shape=(30, 30, 1)), "
    "SeparableConv2D(2, (3, 3)), MaxPooling2D(), GlobalMaxPooling2D(), "
    "RepeatVector(2), SimpleRNN(2, return_sequences=True), "
    "Bidirectional(LSTM(2, return_sequences=True)), "
    "TimeDistributed(Dense(3)), Bidirectional(LSTM(2)), Dense(1)])",
    "Sequential([Convolution2D(2, 3, 3, input_shape=(30, 30, 1)), "
    "Conv2D(2, 3, 3), AtrousConvolution2D(2, 3, 3), "
    "SeparableConvolution2D(2, 3, 3), ZeroPadding2D(), UpSampling2D(), "
    "AveragePooling2D(), SpatialDropout2D(0.1), Flatten()])",
    "Sequential([ConvLSTM2D(2, (3, 3), input_shape=(4, 9, 9, 1)), "
    "ConvLSTM2D(2, (3, 3))])",
    "Sequential([ConvLSTM2D(2, (3, 3), input_shape=(4, 9, 9, 1), "
    "return_sequences=True), ConvLSTM2D(2, (3, 3))])",
    "Sequential([CuDNNLSTM(2, input_shape=(4, 3), return_sequences=True), "
    "CuDNNGRU(2)])",
    "Sequential([Merge([Sequential([Dense(4, input_dim=2)]), "
    "Sequential([Dense(4, input_dim=3)])], mode='concat'), Dense(2)])",
    "left = Sequential()\nleft.add(Dense(16, input_dim=8))\n"
    "right = Sequential()\nright.add(Dense(16, input_dim=12))\n"
    "right.add(Dropout(0.5))\nmodel = Sequential()\n"
    "model.add(Merge([left, right], mode='sum'))\nmodel.add(Dense(3))",
    "a = Sequential([Dense(4, input_dim=2)])\n"
    "b = Sequential([Reshape((4, 1), input_shape=(4,))])\n"
    "c = Sequential([Reshape((4, 1), input_shape=(4,))])\n"
    "d = Sequential([Merge([b, c], mode='dot', dot_axes=1), Flatten()])",
    "branches = [Sequential([Dense(4, input_dim=2)]),\n"
    "            Sequential([Dense(4, input_dim=3)])]\n"
    "m = Sequential([Merge(branches, 'max')])",
    "base = Sequential([Dense(4, input_dim=3)])\n"
    "top = Sequential()\ntop.add(base)\ntop.add(Dense(2))",
    "m = Sequential([Dense(4, input_dim=3), Dense(2)])\nm.pop()\n"
    "m.add(Dense(7))",
]


def texts():
    for shape, lines in LAYERS:
        for line in lines.split('\n'):
            if line:
                name = 'input_shape=%r' % (shape,)
                yield 'Sequential([Reshape(%r, %s), %s])' % (
                    tuple(shape), name, line)
    for text in TEXTS:
        yield text


def scope(keras):
    names = {'keras': keras, 'layers': keras.layers, 'models': keras.models}
    for module in (keras.layers, keras.models):
        for name in dir(module):
            if name[0].isupper():
                names[name] = getattr(module, name)
    regularizers = __import__('keras.regularizers', fromlist=['x'])
    for name in ('WeightRegularizer', 'L1L2'):
        if hasattr(regularizers, name):
            names[name] = getattr(regularizers, name)
    return names


def run(text, names):
    """The last model that the text makes."""
    names = dict(names)
    try:
        return eval(text, names)
    except SyntaxError:
        exec(text, names)
    last = [line for line in text.replace('; ', '\n').split('\n')
            if line and line[0] not in ' ])'][-1]
    return names[last.split('.')[0].split(' ')[0]]


def build(model):
    """Keras 1 makes the inner model of a Sequential late."""
    if not model.built and model.layers and hasattr(model, 'flattened_layers'):
        model.build()


def layer_case(layer):
    nodes = facts.nodes_of(layer, None)
    shape = None
    if nodes:
        shape = facts.tensor(facts.node_outputs(nodes[0])[0])['shape']
    built = bool(nodes)
    return {'name': layer.name, 'shape': shape,
            'params': int(layer.count_params()) if built else None}


def case(text, model):
    build(model)
    inputs = []
    for t in facts.flat(facts.attribute(model, 'inputs')):
        one = facts.tensor(t)
        one['name'] = t._keras_history[0].name
        inputs.append(one)
    return {'text': text, 'name': model.name, 'inputs': inputs,
            'layers': [layer_case(l) for l in model.layers]}


def main():
    warnings.filterwarnings('ignore')
    era, out = sys.argv[1], sys.argv[2]
    keras = oracle.load(era)
    names = scope(keras)
    found, refused = [], []
    for text in texts():
        oracle.fresh(keras)
        try:
            found.append(case(text, run(text, names)))
        except Exception as e:      # this era has no such text
            refused.append((text, str(e).split('\n')[0][:100]))
    os.makedirs(out, exist_ok=True)
    path = os.path.join(out, NAMES[era] + '.json')
    with open(path, 'w', encoding='utf-8') as f:
        f.write('{"oracle":%s,"cases":[\n' %
                json.dumps(facts.label(era, keras)))
        f.write(',\n'.join(json.dumps(c, separators=(',', ':'))
                           for c in found))
        f.write('\n]}\n')
    for text, why in refused:
        print('left out:', text, '|', why)
    print(len(found), 'texts,', len(refused), 'left out')


if __name__ == '__main__':
    main()
