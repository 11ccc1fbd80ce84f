"""What differential.py draws layers from: each class, its options' values, its inputs.

A layer is a dict, {'class': 'Dense', 'options': {'units': '3'}}: values are
Python texts, or layers, or lists of layers. TABLE[class] is (inputs, options):
`inputs` draws the tensors of a call from the options drawn, as
[shape, dtype, argument]; options that are not named there take the values that
stand in OPTIONS for all classes. ODD holds values that Keras mostly refuses.
"""
import inspect

POLICIES = ['float16', 'bfloat16', 'float64', 'mixed_float16',
            'mixed_bfloat16', 'float32']
QUANTIZED = ['int8_from_float32', 'int4_from_float32', 'int4/2_from_float32',
             'int4/128_from_mixed_bfloat16', 'float8_from_float32',
             'gptq/4/2_from_float32', 'gptq/8/-1_from_float32',
             'awq/4/2_from_float32', 'int8_from_mixed_bfloat16']
DTYPES = ['float16', 'bfloat16', 'float64', 'int32', 'int64', 'uint8', 'bool',
          'int8', 'int16', 'uint32']
INITIALIZERS = ["'zeros'", "'ones'", "'he_normal'", "'glorot_uniform'",
                "'random_normal'"]
REGULARIZERS = ['None', "'l2'", "'l1'"]
CONSTRAINTS = ['None', "'non_neg'", "'max_norm'"]
ACTIVATIONS = ['None', "'relu'", "'softmax'", "'gelu'", "'tanh'", "'linear'",
               "'swish'"]
BOOL = ['True', 'False']
SMALL = ['1', '2', '3', '4', '5', '8']
FORMATS = ["'channels_last'", "'channels_first'", 'None']
FILLS = ["'reflect'", "'wrap'", "'constant'", "'nearest'"]
SEEDS = ['None', '1', '42']
RANGES = ['(0, 255)', '(0, 1)', '(-1, 1)']

OPTIONS = {
    'activation': ACTIVATIONS, 'recurrent_activation': ACTIVATIONS,
    'use_bias': BOOL, 'seed': SEEDS, 'data_format': FORMATS,
    'units': SMALL, 'filters': SMALL, 'rate': ['0', '0.5', '0.25', '1'],
    'dropout': ['0.0', '0.5'], 'recurrent_dropout': ['0.0', '0.5'],
    'padding': ["'valid'", "'same'"], 'axis': ['-1', '1', '2', '0', '-2'],
    'momentum': ['0.9'], 'epsilon': ['1e-5'], 'center': BOOL, 'scale': BOOL,
    'stateful': BOOL, 'unroll': BOOL, 'go_backwards': BOOL,
    'return_sequences': BOOL, 'return_state': BOOL, 'reset_after': BOOL,
    'unit_forget_bias': BOOL, 'use_cudnn': ["'auto'", 'True', 'False'],
    'lora_rank': ['None', '1', '2', '4'], 'lora_alpha': ['None', '2'],
    'depth_multiplier': ['1', '2', '3'], 'keepdims': BOOL,
    'noise_shape': ['None'], 'sparse': ['False'], 'ragged': ['False'],
    'quantization_config': ['None'], 'interpolation': ["'nearest'",
                                                      "'bilinear'"],
    'fill_mode': FILLS, 'fill_value': ['0.0', '0.5'], 'value_range': RANGES,
    'factor': ['0.5', '0.1', '(0.1, 0.3)'], 'mask_value': ['0.0', '1'],
    'use_gate': BOOL, 'use_scale': BOOL, 'sliding_window': ['None', '2'],
    'flash_attention': ['None', 'False'], 'renorm': ['False', 'True'],
    'renorm_clipping': ['None', "{'rmax': 3.0, 'rmin': 0.3, 'dmax': 5.0}"],
    'renorm_momentum': ['0.9'], 'synchronized': ['False'],
    'weights': ['None'], 'zero_output_for_mask': BOOL,
    'gptq_unpacked_column_size': ['None'],
    'num_bins': ['1', '4', '9'], 'height': ['4', '7', '1'],
    'width': ['5', '3', '1'], 'crop_to_aspect_ratio': BOOL,
    'pad_to_aspect_ratio': BOOL, 'antialias': BOOL, 'salt': ['None', '7'],
    'max_tokens': ['None', '10', '20'], 'num_oov_indices': ['1', '0', '2'],
    'invert': ['False', 'True'], 'pad_to_max_tokens': BOOL,
    'encoding': ["'utf-8'"], 'mask_zero': BOOL,
    'output_mode': ["'int'", "'one_hot'", "'multi_hot'", "'count'",
                    "'tf_idf'"],
}
for name in ('kernel', 'bias', 'recurrent', 'depthwise', 'pointwise', 'alpha',
             'beta', 'gamma', 'moving_mean', 'moving_variance', 'embeddings'):
    OPTIONS[name + '_initializer'] = INITIALIZERS
    OPTIONS[name + '_regularizer'] = REGULARIZERS
    OPTIONS[name + '_constraint'] = CONSTRAINTS
OPTIONS['activity_regularizer'] = REGULARIZERS

ODD = ['0', '-1', '2.5', "'a'", 'None', '(2, 3)', '()', '[1]', 'True', '1000000',
       '[]', '3.0', "'same'", '(0, 1)', '-3', '{}']
ODD_FOR = {       # of options that Keras judges by name only
    'activation': ["'nonsense'", '3'], 'data_format': ["'nonsense'", '3'],
    'padding': ["'nonsense'", '1', "'causal'"], 'dtype': ["'nonsense'", '3'],
}


class Draw(object):
    """A random source that knows what shapes look like."""
    other_rank = .06

    def __init__(self, random):
        self.r = random

    def chance(self, p):
        return self.r.random() < p

    def pick(self, values):
        return self.r.choice(values)

    def size(self, low=1, high=9):
        return self.r.randint(low, high)

    def dim(self, low=1, high=12):
        return None if self.chance(.12) else self.size(low, high)

    def batch(self):
        return self.size(1, 4) if self.chance(.12) else None

    def dtype(self, usual='float32'):
        return self.pick(DTYPES) if self.chance(.15) else usual

    def shape(self, rank, low=1, high=12, last=None):
        """Batch, then `rank` dims; the last one is known mostly."""
        dims = [self.dim(low, high) for _ in range(rank)]
        if dims and not self.chance(.03):
            dims[-1] = last or self.size(1, 8)
        if self.chance(.02) and dims:
            dims[self.r.randrange(len(dims))] = self.pick([0, 1, 100])
        return [self.batch()] + dims

    def tensor(self, rank, usual='float32', argument=None, **how):
        if self.chance(self.other_rank):
            rank = max(0, rank + self.pick([-2, -1, 1, 2]))
        return [self.shape(rank, **how), self.dtype(usual), argument]

    def tuple(self, n, values):
        """One for all axes, or one for each."""
        if self.chance(.5):
            return self.pick(values)
        if self.chance(.04):
            n += self.pick([-1, 1])
        return '(' + ', '.join(self.pick(values) for _ in range(n)) + \
            (',)' if n == 1 else ')')


# --- Inputs ------------------------------------------------------------------

def first(options):
    return options.get('data_format') == "'channels_first'"


def spatial(n, low=3, high=24):
    """Images of n axes: channels where the data format has them."""
    def inputs(d, options):
        one = d.tensor(n + 1, low=low, high=high)
        channels = d.size(1, 8)
        groups = str(options.get('groups', '1'))
        if groups.isdigit() and int(groups) > 1 and not d.chance(.1):
            channels = int(groups) * d.size(1, 3)
        if len(one[0]) > 1 and not d.chance(.03):
            at = 1 if first(options) else -1
            if at == 1:
                one[0][-1] = d.dim(low, high)
            one[0][at] = channels
        return [one]
    return inputs


def plain(low=1, high=4, usual='float32'):
    def inputs(d, options):
        return [d.tensor(d.size(low, high), usual)]
    return inputs


def steps(d, options):
    one = d.tensor(2)
    if options.get('stateful') == 'True' and not d.chance(.1):
        one[0][0] = d.size(1, 4)
    if options.get('unroll') == 'True' and not d.chance(.1) \
            and len(one[0]) > 2:
        one[0][1] = d.size(1, 6)
    return with_states(d, options, one)


def with_states(d, options, one):
    units = options.get('units')
    if not isinstance(units, str) or not units.isdigit() or d.chance(.9):
        return [one]
    count = d.pick([1, 2])
    return [one] + [[[one[0][0], int(units)], one[1], 'initial_state']
                    for _ in range(count)]


def merged(d, options):
    """Two to four tensors that mostly go together."""
    rank = d.size(0, 4)
    model = d.shape(rank)
    out = []
    for _ in range(d.size(2, 4)):
        one = list(model)
        if rank and d.chance(.25):
            one[d.size(1, rank)] = d.pick([1, 1, None, 2, 5])
        if d.chance(.04):
            one = one[:-1] or one
        if d.chance(.04):
            one[0] = d.batch()
        out.append([one, d.dtype(), None])
    return out


def concatenated(d, options):
    out = merged(d, options)
    axis = options.get('axis', '-1')
    axis = int(axis) if axis.lstrip('-').isdigit() else -1
    model = out[0][0]
    for one in out:
        if not d.chance(.1):
            one[0] = list(model)
            if -len(model) <= axis < len(model):
                one[0][axis] = d.size(1, 5)
    return out


def dotted(d, options):
    rank = d.size(1, 3)
    model = d.shape(rank, 2, 4)
    out = [[list(model), d.dtype(), None], [list(model), d.dtype(), None]]
    if d.chance(.3):
        out[1][0] = [model[0]] + d.shape(d.size(1, 3), 2, 4)[1:]
    return out


def attended(d, options):
    batch, query, value = d.batch(), d.dim(), d.dim()
    width = d.size(1, 8)
    out = [[[batch, query, width], d.dtype(), 'query'],
           [[batch, value, width], d.dtype(), 'value']]
    if d.chance(.5):
        out.append([[batch, value, width], d.dtype(), 'key'])
    axes = options.get('attention_axes')
    if (d.chance(.15) or axes not in (None, 'None')) and \
            'head_dim' not in options:
        extra = d.size(1, 2)
        for one in out:
            one[0][1:1] = [3] * extra
    for one in out:
        if d.chance(.2):
            one[0][-1] = d.size(1, 8)
        if d.chance(.03):
            one[0][d.size(1, len(one[0]) - 1)] = d.size(1, 8)
        if d.chance(.02):
            one[0].pop()
    if d.chance(.06):
        out.append([[batch, query, value], 'bool', 'attention_mask'])
    return out


def attended_list(d, options):
    """Of the layers that take query, value and key as one list."""
    return [one[:2] + [None] for one in attended(d, options)[:3]]


def celled(d, options):
    units = options.get('units', '3')
    units = int(units) if str(units).isdigit() else 3
    one = d.tensor(1)
    states = 2 if options.get('') == 'LSTM' else 1
    if d.chance(.05):
        states = 3 - states
    return [one] + [[[one[0][0], units], 'float32', 'states']
                    for _ in range(states)]


def tokens(d, options):
    return [d.tensor(d.size(0, 3), d.pick(['int32', 'int64', 'float32']))]


def strings(d, options):
    return [d.tensor(d.size(0, 3), 'string')]


def strings1(d, options):
    return [d.tensor(d.pick([0, 1, 1, 1, 2]), 'string')]


def crossed(d, options):
    shape = d.pick([[None], [None, 1], [None, 1], [3], [3, 1], [None, 4],
                    [None, 2, 1]])
    kind = d.pick(['int32', 'int64', 'string', 'int32', 'float32'])
    return [[list(shape), kind, None] for _ in range(d.pick([2, 2, 2, 3, 1]))]


def boxed(d, options):
    n = d.size(1, 9)
    return [[[None, n, 4], 'float32', 'inputs']]


def image(d, options):
    """Batched, or an image alone."""
    one = d.tensor(3, low=4, high=14)
    if len(one[0]) == 4:
        at = 1 if first(options) else 3
        one[0][at] = d.pick([3, 3, 3, 1, 4])
        for i in {1, 2, 3} - {at}:
            one[0][i] = d.dim(4, 14)
    if d.chance(.2):
        one[1] = 'uint8'
    return [one]


def einsum_inputs(d, options):
    """What an equation of letters takes, or any tensor."""
    left = options.get('equation', '').strip("'").split(',')[0]
    if not left.isalpha() or d.chance(.2):
        return [d.tensor(d.pick([1, 2, 2, 2, 3]))]
    sizes = {}
    dims = [sizes.setdefault(c, d.size(1, 6)) for c in left]
    return [[[d.batch()] + [s if d.chance(.9) else None for s in dims[1:]],
             d.dtype(), None]]


def equation(d):
    """Letters of the input, some of them with new ones in the kernel."""
    if d.chance(.3):
        return d.pick(["'ab,bc->ac'", "'abc,cd->abd'", "'...x,xy->...y'",
                       "'abc,cde->abde'", "'abc,bcd->ad'",
                       "'ab...,bc->ac...'", "'abc,bd->adc'", "'abc,dc->abd'",
                       "'abcd,cde->abe'"])
    left = list('abcde'[:d.size(1, 5)])
    summed = [c for c in left[1:] if d.chance(.4)]
    kept = [c for c in left[1:] if c not in summed and d.chance(.15)]
    new = list('xyz'[:d.size(0, 3)])
    kernel = summed + kept + new
    right = left[:1] + [c for c in left[1:] if c not in summed] + new
    for letters, chance in ((kernel, .2), (right, .1), (left, .05)):
        if d.chance(chance):
            d.r.shuffle(letters)
    return "'%s,%s->%s'" % tuple(map(''.join, (left, kernel, right)))


def einsum_shape(d):
    return '(' + ''.join('%s, ' % d.pick(['None', 2, 3, 4, 5])
                         for _ in range(d.size(1, 4))) + ')'


def target_shape(d):
    return '(' + ''.join('%d, ' % d.pick([-1, 1, 2, 3, 4, 6, 8, 12])
                         for _ in range(d.size(0, 3))) + ')'


def permutation(d):
    dims = list(range(1, d.size(1, 4) + 1))
    if d.chance(.1):
        dims[-1] = d.pick([0, 1, 5, -1])
    d.r.shuffle(dims)
    return d.pick([tuple, list])(dims).__repr__()


def permuted(d, options):
    dims = options.get('dims', '')
    n = dims.count(',') + 1 - dims.count(',)')
    return [d.tensor(n)]


def audio(d, options):
    return [[d.pick([[None, 16000], [None, None], [2, 4000], [None, 800]]),
             d.dtype(), None]]


def stft_audio(d, options):
    shape = d.pick([[None, 16000, 1], [None, None, 2], [2, 4000, 3],
                    [None, 800, 1], [None, 800]])
    if first(options) and len(shape) == 3:
        shape = [shape[0], shape[2], shape[1]]
    return [[list(shape), d.dtype(), None]]


# --- Options that depend on the number of axes ---------------------------------

def each(n, *values):
    return lambda d: d.tuple(n, list(values))


def pairs(n):
    def value(d):
        if d.chance(.4):
            return str(d.size(0, 2))
        if d.chance(.3) or n == 1:
            m = n if n > 1 else 2
            return '(' + ', '.join(str(d.size(0, 2)) for _ in range(m)) + ')'
        return '(' + ', '.join('(%d, %d)' % (d.size(0, 2), d.size(0, 2))
                               for _ in range(n)) + ')'
    return value


def conv(n, **more):
    return dict(kernel_size=each(n, '1', '2', '3', '3', '5', '7'),
                strides=each(n, '1', '1', '1', '1', '2', '3', '4'),
                dilation_rate=each(n, '1', '1', '1', '1', '1', '2', '3'),
                padding=["'valid'", "'same'"] +
                (["'causal'"] if n == 1 else []),
                groups=['1', '1', '2', '3'], filters=['2', '3', '4', '6'],
                **more)


TABLE = {
    'Dense': (plain(), {}),
    'Embedding': (tokens, dict(input_dim=['10', '100'],
                               output_dim=['4', '8'])),
    'ReversibleEmbedding': (tokens, dict(
        input_dim=['10', '100'], output_dim=['4', '8'], tie_weights=BOOL,
        reverse_dtype=['None', "'float32'", "'float16'"],
        logit_soft_cap=['None', '5'])),
    'EinsumDense': (einsum_inputs, dict(
        equation=equation, output_shape=einsum_shape,
        bias_axes=['None', "'c'", "'d'", "'x'", "'xy'", "'bx'", "'y'",
                   "'b'"])),
    'Activation': (plain(0), dict(activation=ACTIVATIONS + [
        "'sigmoid'", "'elu'", "'glu'", "'log_softmax'", "'leaky_relu'",
        "'hard_silu'", "'sparsemax'", "'celu'", "'threshold'"])),
    'ActivityRegularization': (plain(0), dict(l1=['0.1'], l2=['0.1'])),
    'AlphaDropout': (plain(0), {}), 'Dropout': (plain(0), dict(
        noise_shape=['None', '(None, 1)', '(None, 1, 1)', '[None, 1]'])),
    'GaussianDropout': (plain(0), {}),
    'GaussianNoise': (plain(0), dict(stddev=['0.1', '1', '0'])),
    'Identity': (plain(0), {}), 'Masking': (plain(1, 3), {}),
    'ELU': (plain(0), dict(alpha=['1.0', '0.5'])),
    'LeakyReLU': (plain(0), dict(negative_slope=['0.1'])),
    'PReLU': (plain(), dict(shared_axes=['None', '[1]', '[1, 2]', '(1,)',
                                         '[2]', '1', '[-1]'])),
    'ReLU': (plain(0), dict(max_value=['6', 'None'], negative_slope=['0.1'],
                            threshold=['0.5'])),
    'Softmax': (plain(0), dict(axis=['-1', '1', 'None', '(1, 2)', '[-1]',
                                     '[1, 2]'])),
    'Flatten': (plain(0, 4), {}),
    'Reshape': (plain(0, 3), dict(target_shape=target_shape)),
    'Permute': (permuted, dict(dims=permutation)),
    'RepeatVector': (plain(1, 1), dict(n=SMALL)),
    'BatchNormalization': (plain(), dict(axis=['-1', '1', '2', '-2', '3'])),
    'LayerNormalization': (plain(), dict(axis=['-1', '1', '[1, 2]', '(1,)',
                                               '[-1, -2]', '2', '(-2, -1)'])),
    'RMSNormalization': (plain(), dict(axis=['-1', '1', '[1, 2]', '(1,)',
                                             '[-1, -2]', '2'])),
    'UnitNormalization': (plain(0), dict(axis=['-1', '1', '[1, 2]', '2'])),
    'GroupNormalization': (plain(), dict(groups=['1', '1', '2', '4', '-1',
                                                 '-1', '32', '3'])),
    'SpectralNormalization': (None, dict(power_iterations=['1', '2'])),
    'Normalization': (plain(), dict(
        axis=['-1', '1', 'None', '(1, 2)', '[-1]', '-2', '()'],
        mean=['None', '1.0', '[1.0, 2.0]'],
        variance=['None', '2.0', '[1.0, 2.0]'])),
    'Rescaling': (plain(0), dict(scale=['0.5', '2', '[1.0, 2.0, 3.0]'],
                                 offset=['0.0', '1'])),
    'Concatenate': (concatenated, dict(axis=['-1', '1', '2', '-2', '0'])),
    'Dot': (dotted, dict(axes=['1', '2', '(1, 2)', '-1', '(2, 1)', '[2, 2]',
                               '3', '(-1, 1)'], normalize=BOOL)),
    'Attention': (attended_list, dict(score_mode=["'dot'", "'concat'"])),
    'AdditiveAttention': (attended_list, {}),
    'MultiHeadAttention': (attended, dict(
        num_heads=['1', '2', '4'], key_dim=['2', '3', '8'],
        value_dim=['None', '5'],
        output_shape=['None', '7', '(7,)', '(2, 3)', '[4]'],
        attention_axes=['None', 'None', '1', '(2,)', '(1, 2)', '2'])),
    'GroupQueryAttention': (attended, dict(
        head_dim=['2', '3', '8'], num_query_heads=['2', '4', '6'],
        num_key_value_heads=['1', '2', '3'])),
    'CategoryEncoding': (tokens, dict(num_tokens=['7', '1', 'None'])),
    'Discretization': (plain(0, 3), dict(
        bin_boundaries=lambda d: d.pick(['[0.0, 1.0]', '[1.0]']),
        num_bins=['4'])),
    'Hashing': (lambda d, o: [d.tensor(d.size(0, 3), d.pick(
        ['int32', 'int64', 'string']))], dict(
        mask_value=['None', "''", '3'], salt=['None', '7', '(1, 2)'])),
    'HashedCrossing': (crossed, {}),
    'IntegerLookup': (lambda d, o: [d.tensor(d.size(0, 3), 'int64')], dict(
        vocabulary=['[1, 2, 3]', '[10, 20]', 'None'], mask_token=['None',
                                                                  '0'],
        oov_token=['-1'], vocabulary_dtype=["'int64'", "'int32'"],
        idf_weights=['None', '[1.0, 2.0, 3.0]'],
        oov_method=["'floormod'", "'farmhash'"])),
    'StringLookup': (strings, dict(
        vocabulary=["['a', 'b', 'c']", "['a', 'b']", 'None'],
        mask_token=['None', "''"], oov_token=["'[UNK]'"],
        idf_weights=['None', '[1.0, 2.0, 3.0]'])),
    'TextVectorization': (strings1, dict(
        standardize=["'lower'", 'None'], split=["'whitespace'", "'character'",
                                                'None'],
        ngrams=['None', '2', '(1, 2)'], output_sequence_length=['None', '5'],
        output_mode=["'int'", "'multi_hot'", "'count'", "'tf_idf'"],
        vocabulary=['None', "['a', 'b', 'c']"],
        idf_weights=['None', '[1.0, 2.0, 3.0]'])),
    'MelSpectrogram': (audio, dict(
        fft_length=['256', '2048'], sequence_stride=['128', '512'],
        sequence_length=['None', '200'], window=["'hann'", "'hamming'"],
        sampling_rate=['16000'], num_mel_bins=['40', '80'], min_freq=['20.0'],
        max_freq=['None', '4000.0'], power_to_db=BOOL, top_db=['80.0'],
        mag_exp=['1.0'], min_power=['1e-9'], ref_power=['1.0'])),
    'STFTSpectrogram': (stft_audio, dict(
        mode=["'log'", "'magnitude'", "'psd'", "'real'", "'imag'", "'angle'",
              "'stft'"], frame_length=['256', '100'],
        frame_step=['None', '50', '100'], fft_length=['None', '256', '512'],
        window=["'hann'", "'hamming'", 'None'], periodic=BOOL,
        scaling=["'density'", "'spectrum'", 'None'], expand_dims=BOOL)),
    'MaxNumBoundingBoxes': (boxed, dict(max_number=['5', '10'],
                                        fill_value=['-1', '0'])),
    'TimeDistributed': (None, {}), 'Bidirectional': (None, dict(merge_mode=[
        "'concat'", "'sum'", "'mul'", "'ave'", 'None'])),
    'RNN': (None, {}), 'StackedRNNCells': (None, {}), 'Pipeline': (None, {}),
    'Sequential': (None, {}),
    'InputLayer': (lambda d, o: [], dict(
        shape=['(3,)', '(None, 4)', '()', '[5]'], batch_size=['None', '3'],
        dtype=["'float32'", "'int32'", "'string'"], batch_shape=[
            '(None, 3)', '(2, 4)', '()', '[None]'], optional=BOOL,
        input_tensor=['None'], ragged=['None', 'False'], sparse=[
            'None', 'False'])),
}
for name in ('Add', 'Average', 'Maximum', 'Minimum', 'Multiply', 'Subtract'):
    TABLE[name] = (merged, {})
for name in ('SimpleRNN', 'LSTM', 'GRU'):
    TABLE[name] = (steps, {})
    TABLE[name + 'Cell'] = (celled, {})
for n in (1, 2, 3):
    N = '%dD' % n
    TABLE['Conv' + N] = (spatial(n), conv(n))
    TABLE['Conv%sTranspose' % N] = (spatial(n), conv(
        n, output_padding=lambda d, n=n: d.pick(['None', 'None']) if
        d.chance(.5) else d.tuple(n, ['0', '1', '2'])))
    if n < 3:
        TABLE['DepthwiseConv' + N] = (spatial(n), conv(n))
        TABLE['SeparableConv' + N] = (spatial(n), conv(n))
    TABLE['ConvLSTM' + N] = (lambda d, o, n=n: conv_steps(d, o, n), dict(
        kernel_size=each(n, '1', '2', '3'), strides=each(n, '1', '1', '2'),
        dilation_rate=each(n, '1', '1', '1', '2'), filters=['2', '3']))
    for op in ('Max', 'Average'):
        TABLE['%sPooling%s' % (op, N)] = (spatial(n), dict(
            pool_size=each(n, '1', '2', '3', '4'),
            strides=lambda d, n=n: 'None' if d.chance(.3) else
            d.tuple(n, ['1', '2', '3', '5'])))
        TABLE['Global%sPooling%s' % (op, N)] = (spatial(n), {})
        TABLE['Adaptive%sPooling%s' % (op, N)] = (spatial(n), dict(
            output_size=each(n, '1', '2', '3', '5')))
    TABLE['Cropping' + N] = (spatial(n), dict(cropping=pairs(n)))
    TABLE['ZeroPadding' + N] = (spatial(n), dict(padding=pairs(n)))
    TABLE['UpSampling' + N] = (spatial(n), dict(
        size=each(n, '1', '2', '3'), interpolation=[
            "'nearest'", "'bilinear'", "'bicubic'"]))
    TABLE['SpatialDropout' + N] = (spatial(n), {})
PICTURES = {
    'AugMix': dict(num_chains=['3'], chain_depth=['2'], alpha=['1.0'],
                   all_ops=BOOL), 'AutoContrast': {}, 'CenterCrop': {},
    'ContrastLimitedAdaptiveHistogramEqualization': dict(
        clip_limit=['4.0'], tile_grid_size=['(8, 8)', '(4, 4)']),
    'CutMix': {}, 'Equalization': dict(bins=['256', '64']),
    'MixUp': dict(alpha=['0.2']), 'RandAugment': dict(num_ops=['2']),
    'RandomBrightness': {}, 'RandomColorDegeneration': {},
    'RandomColorJitter': dict(
        brightness_factor=['None', '0.5'], contrast_factor=['0.5'],
        saturation_factor=['0.5'], hue_factor=['0.5']),
    'RandomContrast': {}, 'RandomCrop': {},
    'RandomElasticTransform': dict(scale=['1.0']),
    'RandomErasing': dict(scale=['(0.02, 0.3)'], fill_value=['None', '0.5']),
    'RandomFlip': dict(mode=["'horizontal'", "'vertical'"]),
    'RandomGaussianBlur': dict(kernel_size=['3', '(3, 5)'], sigma=['1.0']),
    'RandomGrayscale': {}, 'RandomHue': {}, 'RandomInvert': {},
    'RandomPerspective': dict(scale=['1.0', '0.5']),
    'RandomPosterization': dict(factor=['3', '8']), 'RandomRotation': {},
    'RandomSaturation': {}, 'RandomSharpness': {},
    'RandomShear': dict(x_factor=['0.2'], y_factor=['0.2']),
    'RandomTranslation': dict(height_factor=['0.1', '(-0.1, 0.1)'],
                              width_factor=['0.1']),
    'RandomZoom': dict(height_factor=['0.1'], width_factor=['None', '0.2']),
    'Resizing': dict(interpolation=["'nearest'", "'bilinear'",
                                    "'bicubic'"]),
    'Solarization': dict(addition_factor=['0.1'], threshold_factor=['0.1'])}
for name, options in PICTURES.items():
    TABLE[name] = (image, options)


def conv_steps(d, options, n):
    one = spatial(n)(d, options)[0]
    one[0].insert(1, d.size(1, 5) if options.get('unroll') == 'True' else
                  d.dim())
    if options.get('stateful') == 'True' and not d.chance(.1):
        one[0][0] = d.size(1, 4)
    return [one]


TENSORFLOW = ('Hashing', 'HashedCrossing', 'IntegerLookup', 'StringLookup',
              'TextVectorization')
# Arguments of a call beside tensors.
CALL = {
    'Attention': ['return_attention_scores', 'use_causal_mask'],
    'AdditiveAttention': ['return_attention_scores', 'use_causal_mask'],
    'MultiHeadAttention': ['return_attention_scores', 'use_causal_mask'],
    'GroupQueryAttention': ['return_attention_scores', 'use_causal_mask'],
    'Dropout': ['training'], 'BatchNormalization': ['training'],
    'LSTM': ['training'], 'GRU': ['training'], 'SimpleRNN': ['training'],
    'ReversibleEmbedding': ['reverse'], 'Embedding': [],
}


def declared(layers, name):
    """The options of a class, and which of them must be given."""
    cls = getattr(layers, name)
    out = {}
    for key, p in inspect.signature(cls.__init__).parameters.items():
        if key != 'self' and p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL):
            out[key] = p.default is p.empty
    return out
