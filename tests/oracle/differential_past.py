"""What differential_eras.py draws from: layers and options that Keras 3 has not.

`set_up(era, layers)` turns the tables of differential_layers.py and
differential_draw.py into those of an era: its classes and the words that it
had for their options. Values of old words are those of today's where the
words mean the same.
"""
import inspect

import differential_draw as draw
import differential_graphs as graphs
import differential_layers as tables
from differential_layers import BOOL, OPTIONS, SMALL, TABLE, each, pairs

INITS = ["'zero'", "'one'", "'glorot_uniform'", "'uniform'", "'normal'"]

# Words of Keras 1, and the values they take.
WORDS = {
    'output_dim': SMALL, 'nb_filter': ['2', '3', '4', '6'],
    'nb_feature': ['2', '4', '1'], 'init': INITS, 'inner_init': INITS,
    'forget_bias_init': ["'one'", "'zero'"], 'beta_init': INITS,
    'gamma_init': INITS, 'alpha_init': ['0.2'], 'transform_bias': ['-2'],
    'inner_activation': ["'hard_sigmoid'", "'sigmoid'"],
    't_left_init': INITS, 'a_left_init': INITS, 't_right_init': INITS,
    'a_right_init': INITS, 'bias': BOOL, 'p': ['0.5', '0.25'],
    'sigma': ['0.1'], 'theta': ['1.0', '0.5'], 'alpha': ['0.3', '0.5'],
    'dropout_W': ['0.', '0.5'], 'dropout_U': ['0.', '0.2'],
    'consume_less': ["'cpu'", "'mem'", "'gpu'"],
    'border_mode': ["'valid'", "'same'"],
    'dim_ordering': ["'tf'", "'th'", "'default'"],
    'filter_length': ['1', '2', '3'], 'subsample_length': ['1', '1', '2'],
    'nb_row': ['1', '2', '3'], 'nb_col': ['1', '2', '3'],
    'kernel_dim1': ['1', '2'], 'kernel_dim2': ['1', '2', '3'],
    'kernel_dim3': ['1', '3'], 'pool_length': ['1', '2', '3'],
    'stride': ['None', '1', '2'], 'length': ['1', '2', '3'],
    'input_length': ['None', '4'], 'time_major': ['False', 'False', 'True'],
    'implementation': ['0', '1', '2'], 'fused': ['None', 'False'],
    'input_dtype': ["'float32'"], 'trainable': BOOL, 'dynamic': ['False'],
    'depth': ['None', '2'],
    'separator': ["'_X_'"], 'virtual_batch_size': ['None'],
}
for one in ('W', 'U', 'b'):
    WORDS[one + '_regularizer'] = ['None', "'l2'", "'l1'"]
    WORDS[one + '_constraint'] = ['None', "'nonneg'", "'maxnorm'"]

# Classes whose tensors are drawn as those of another.
LIKE = {
    'CuDNNLSTM': 'LSTM', 'CuDNNGRU': 'GRU', 'ThresholdedReLU': 'LeakyReLU',
    'ParametricSoftplus': 'PReLU', 'SReLU': 'PReLU',
    'SyncBatchNormalization': 'BatchNormalization',
    'AtrousConvolution1D': 'Conv1D', 'AtrousConvolution2D': 'Conv2D',
    'Convolution1D': 'Conv1D', 'Convolution2D': 'Conv2D',
    'Convolution3D': 'Conv3D', 'SeparableConvolution2D': 'SeparableConv2D',
    'Deconvolution2D': 'Conv2DTranspose', 'LocallyConnected1D': 'Conv1D',
    'LocallyConnected2D': 'Conv2D', 'RandomHeight': 'RandomZoom',
    'RandomWidth': 'RandomZoom', 'ConvLSTM2DCell': None, 'Layer': None,
    'PeepholeLSTMCell': 'LSTMCell', 'BatchNormalizationV1':
    'BatchNormalization',
}


def two(d, options):
    return [d.tensor(1, last=d.size(1, 5))]


def steps_of_words(d, options):
    return [d.tensor(2)]


def deconvolved(d):
    return '(None, %d, %d, %d)' % (d.size(1, 6), d.size(4, 30), d.size(4, 30))


MERGED = dict(mode=["'sum'", "'mul'", "'concat'", "'ave'", "'cos'", "'dot'",
                    "'max'"], concat_axis=['-1', '1', '2'],
              dot_axes=['-1', '1', '2', '(1, 1)', '(2, 2)', '(1, 2)',
                        '[2, 2]'])
LAMBDAS = ['double']        # whose shape no config tells


def own_tables(first):
    """Classes of their own tables: (inputs, options)."""
    plain = tables.plain
    return {
        'Dense': (two if first else plain(), {}),
        'TimeDistributedDense': (steps_of_words, {}),
        'MaxoutDense': (two, {}), 'Highway': (two, {}),
        'Merge': (tables.merged, MERGED),
        'Deconvolution2D': (tables.spatial(2), dict(
            output_shape=lambda d: deconvolved(d),
            subsample=each(2, '1', '2'))),
        'RandomFourierFeatures': (two, dict(
            output_dim=['5', '32'], kernel_initializer=[
                "'gaussian'", "'laplacian'"], scale=['None', '2.0'])),
        'Lambda': (plain(1, 3), dict(
            function=LAMBDAS, output_shape=['(3,)', '(2, 4)'],
            mask=['None'], arguments=['None'])),
        'CategoryCrossing': (tables.crossed, {}),
        'UpSampling1D': (tables.spatial(1), dict(length=['1', '2', '3'],
                                                 size=['1', '2', '3'])),
        'UpSampling2D': (tables.spatial(2), dict(
            size=lambda d: two_of(d, '1', '2', '3'), interpolation=[
                "'nearest'", "'bilinear'"])),
        'BatchNormalization': (plain(), dict(
            mode=['0', '0', '1', '2'], axis=['-1', '1', '2', '-2', '3'])),
    }


def two_of(d, *values):
    return '(%s, %s)' % (d.pick(values), d.pick(values))


def old_pooling(n):
    return dict(pool_size=lambda d: '(' + ', '.join(
        d.pick(['1', '2', '3']) for _ in range(n)) + (',)' if n == 1 else ')'),
        strides=lambda d: 'None' if d.chance(.5) else '(' + ', '.join(
            d.pick(['1', '2', '3']) for _ in range(n)) +
        (',)' if n == 1 else ')'))


def words_of_1():
    """Where Keras 1 wants a tuple it takes no number."""
    for name in ('Convolution2D', 'AtrousConvolution2D', 'Deconvolution2D',
                 'SeparableConvolution2D', 'LocallyConnected2D',
                 'ConvLSTM2D'):
        if name in TABLE:
            TABLE[name] = (TABLE[name][0], dict(TABLE[name][1], subsample=(
                lambda d: two_of(d, '1', '1', '2')), atrous_rate=(
                lambda d: two_of(d, '1', '1', '2'))))
    for n in (1, 2, 3):
        for op in ('Max', 'Average'):
            name = '%sPooling%dD' % (op, n)
            TABLE[name] = (TABLE[name][0], old_pooling(n))
        if n == 3:
            triple = (lambda d: '(' + ', '.join(
                d.pick(['1', '2']) for _ in range(3)) + ')')
            TABLE['Convolution3D'] = (TABLE['Convolution3D'][0],
                                      dict(subsample=triple))
            TABLE['UpSampling3D'] = (TABLE['UpSampling3D'][0],
                                     dict(size=triple))
            TABLE['ZeroPadding3D'] = (TABLE['ZeroPadding3D'][0],
                                      dict(padding=triple))
    TABLE['AtrousConvolution1D'] = (TABLE['Convolution1D'][0],
                                    dict(atrous_rate=['1', '2']))
    TABLE['ZeroPadding2D'] = (TABLE['ZeroPadding2D'][0], dict(
        padding=lambda d: d.pick([two_of(d, '0', '1', '2'), '(1, 0, 2, 1)',
                                  "{'top_pad': 1, 'bottom_pad': 2}"])))
    TABLE['ZeroPadding1D'] = (TABLE['ZeroPadding1D'][0], dict(
        padding=['1', '2', '(1, 2)', "{'left_pad': 1}"]))


def channels(inputs):
    """Old words for where the channels stand."""
    def drawn(d, options):
        told = dict(options)
        if options.get('dim_ordering') == "'th'":
            told['data_format'] = "'channels_first'"
        return inputs(d, told)
    return drawn


# --- An era ------------------------------------------------------------------

def number(era):
    return (2, 13) if era == 'tf-keras' else \
        tuple(int(p) for p in era.split('.'))


def layer_class(keras):
    found = getattr(keras.layers, 'Layer', None)
    return found or keras.engine.topology.Layer


def usual_case(case, here):
    """Without what no backend of the time made, and the fake one lets pass."""
    for one in layers_of(case['layer']):
        options = one['options']
        if here < (2, 4) and 'strides' in options:
            options.pop('dilation_rate', None)
        if 'subsample' in options or 'subsample_length' in options:
            options.pop('atrous_rate', None)
        if here >= (2, 4) and one['class'] == 'Lambda':
            options.pop('output_shape', None)       # it ran the function
        if here < (1, 1) and one['class'] == 'ZeroPadding2D':
            options.pop('padding', None)
        if one['class'] == 'Permute' and here < (2, 4):
            options['dims'] = str(tuple(range(len(
                case['inputs'][0][0]) - 1, 0, -1)))
    return case


def layers_of(one):
    if isinstance(one, dict):
        yield one
        one = list(one['options'].values())
    if isinstance(one, list):
        for each_one in one:
            for inner in layers_of(each_one):
                yield inner


def set_up(era, keras):
    """The names of the classes that are drawn."""
    here, L = number(era), keras.layers
    OPTIONS.update(WORDS)
    TABLE.update(own_tables(here < (2,)))
    for name, other in LIKE.items():
        if other and name not in own_tables(False):
            TABLE[name] = TABLE[other]
    TABLE['BatchNormalizationV1'] = TABLE['BatchNormalization']
    if here < (2,):
        words_of_1()
        OPTIONS['activation'] = ["'relu'", "'tanh'", "'linear'", "'sigmoid'",
                                 "'softmax'"]
        OPTIONS['axis'] = ['-1', '1', '2', '3']
        OPTIONS['weights'] = ['None']
    for name in list(TABLE):
        if TABLE[name][0] and here < (2,):
            TABLE[name] = (channels(TABLE[name][0]),) + TABLE[name][1:]
    names = [n for n in sorted(TABLE) if is_drawn(L, layer_class(keras), n)]
    if here < (2, 4):           # the fake backend checks neither
        tables.DTYPES[:] = ['float32']
        tables.Draw.other_rank = 0
        TABLE['Embedding'] = (lambda d, o: [d.tensor(d.size(1, 3))],
                              TABLE['Embedding'][1])
    forget(names, here)
    draw.common = common(here)
    return names


def is_drawn(layers, base, name):
    """Under the name that its config has."""
    cls = getattr(layers, name, None)
    if name in ('InputLayer', 'Pipeline'):
        return False
    return name == 'Sequential' or inspect.isclass(cls) and \
        issubclass(cls, base) and cls.__name__ == name


def forget(names, here):
    """Within others only what the era has is drawn."""
    def known(all_of_them):
        return [n for n in all_of_them if n in names]
    for name in set(TABLE) - set(names):
        if name != 'InputLayer':
            del TABLE[name]
    for key in ('CELLS', 'RECURRENT', 'INNER', 'STACKED', 'FIRST'):
        found = known(getattr(draw, key))
        if key == 'RECURRENT' and here < (2,):
            found = known(['LSTM', 'GRU', 'SimpleRNN'])
        getattr(draw, key)[:] = found
    graphs.LAYERS[:] = known(graphs.LAYERS + [
        'Convolution1D', 'Convolution2D', 'MaxoutDense', 'Merge', 'Merge',
        'Highway', 'LocallyConnected1D', 'ThresholdedReLU'])
    for name in set(draw.WRAPPERS) - set(names):
        del draw.WRAPPERS[name]


POLICIES = ['float16', 'bfloat16', 'float64', 'mixed_float16',
            'mixed_bfloat16', 'float32']


def common(here):
    """What every layer takes, in an era."""
    def drawn(d, layers, name, out):
        if not draw.takes_any(layers, name):
            return
        if d.chance(.08):
            out['trainable'] = d.pick(['False', 'False', 'True'])
        if d.chance(.15) and here >= (2, 4):
            out['dtype'] = repr(d.pick(POLICIES))
        if d.chance(.02):
            out['name'] = "'first'"
        if d.chance(.01) and here >= (2, 1):
            out['activity_regularizer'] = "'l2'"
        if name == 'Sequential':
            for key in ('trainable', 'dtype', 'name', 'activity_regularizer'):
                out.pop(key, None)
    return drawn
