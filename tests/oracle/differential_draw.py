"""Random layers and their calls, for differential.py.

A case is {'layer': layer, 'inputs': [[shape, dtype, argument], ...], 'call':
{argument: text}}, and perhaps 'after': what is done to the model once it is
built, [['lora', '2'], ['quantize', 'int8']]: all of it JSON, so that it can be
shrunk and committed.
"""
import inspect

from differential_layers import (CALL, ODD, ODD_FOR, OPTIONS, POLICIES,
                                 QUANTIZED, TABLE, TENSORFLOW, declared)

CELLS = ['LSTMCell', 'GRUCell', 'SimpleRNNCell']
RECURRENT = ['LSTM', 'GRU', 'SimpleRNN', 'RNN', 'ConvLSTM1D', 'ConvLSTM2D']
INNER = ['Dense', 'Conv2D', 'Conv1D', 'BatchNormalization', 'Dropout',
         'Flatten', 'LSTM', 'Embedding', 'LayerNormalization', 'Reshape',
         'TimeDistributed', 'Bidirectional', 'GlobalAveragePooling2D',
         'Activation', 'EinsumDense', 'PReLU', 'GRU', 'Sequential',
         'DepthwiseConv2D', 'Conv2DTranspose', 'SpectralNormalization',
         'GaussianNoise', 'GroupNormalization', 'SimpleRNN']
NORMALIZED = ['Dense', 'Conv2D', 'Conv1D', 'Embedding', 'EinsumDense',
              'Conv2DTranspose', 'SeparableConv2D', 'Flatten', 'LSTM']
PIPED = ['Rescaling', 'Resizing', 'RandomFlip', 'CenterCrop', 'Normalization',
         'RandomRotation', 'Dense', 'RandomZoom']
FIRST = ['Dense', 'Conv1D', 'Conv2D', 'Embedding', 'LSTM']
STACKED = ['Dense', 'Dropout', 'Activation', 'BatchNormalization',
           'LayerNormalization', 'Flatten', 'PReLU', 'GaussianNoise',
           'RepeatVector', 'Reshape']
MERGING = ['Add', 'Average', 'Concatenate', 'Maximum']


def value(d, table, key):
    """A text for an option; None if there is none."""
    values = table.get(key, OPTIONS.get(key))
    if callable(values):
        return values(d)
    return d.pick(values) if values else None


def options(d, layers, name, odd):
    table = TABLE[name][1]
    out = {}
    for key, needed in declared(layers, name).items():
        if key in ('layer', 'layers', 'cell', 'cells', 'name', 'dtype',
                   'backward_layer') and key not in table:
            continue
        if not needed and d.chance(.65) or d.chance(.002):
            continue
        text = value(d, table, key)
        if d.chance(odd):
            text = d.pick(ODD_FOR.get(key, []) + ODD[:8] if key in ODD_FOR
                          else ODD)
        if text is not None and not (key == 'num_bins' and
                                     'bin_boundaries' in out):
            out[key] = text
    common(d, layers, name, out)
    return out


def common(d, layers, name, out):
    """What every layer takes."""
    if not takes_any(layers, name):
        return
    if d.chance(.08):
        out['trainable'] = d.pick(['False', 'False', 'True'])
    if d.chance(.2) and name != 'InputLayer':
        out['dtype'] = repr(d.pick(POLICIES))
        if name in ('Dense', 'EinsumDense', 'Embedding',
                    'ReversibleEmbedding', 'MultiHeadAttention') and d.chance(.5):
            out['dtype'] = repr(d.pick(QUANTIZED))
        if d.chance(.02):
            out['dtype'] = d.pick(ODD_FOR['dtype'])
    if d.chance(.02):
        out['name'] = "'first'"
    if d.chance(.015):
        out['activity_regularizer'] = "'l2'"
    if d.chance(.01):
        out['autocast'] = 'False'
    if d.chance(.004):
        out['unit'] = '3'
    if 'activation' in declared(layers, name) and d.chance(.02):
        out['activation'] = {'class': d.pick(
            ['PReLU', 'LeakyReLU', 'ReLU', 'Softmax', 'ELU']), 'options': {}}


def takes_any(layers, name):
    """Whether a constructor hands options on to Keras's Layer."""
    return not name.endswith(('Lookup', 'Vectorization', 'Crossing')) and any(
        p.kind is p.VAR_KEYWORD for p in inspect.signature(
            getattr(layers, name).__init__).parameters.values())


def layer(d, layers, name, odd=.02, depth=0):
    """(layer, inputs) drawn for a class."""
    one = {'class': name, 'options': options(d, layers, name, odd)}
    if name in WRAPPERS:
        return one, WRAPPERS[name](d, layers, one['options'], odd, depth + 1)
    if name.endswith('LSTMCell'):
        one['options'][''] = 'LSTM'
    inputs = TABLE[name][0](d, one['options'])
    one['options'].pop('', None)
    return one, inputs


def within(d, layers, names, odd, depth):
    names = [n for n in names if depth < 3 or n not in WRAPPERS]
    name = d.pick(names)
    if d.chance(.05) and depth < 3:
        name = d.pick(sorted(set(TABLE) - {'InputLayer', 'Pipeline'} -
                             set(TENSORFLOW)))
    return layer(d, layers, name, odd, depth)


def time_distributed(d, layers, out, odd, depth):
    out['layer'], inputs = within(d, layers, INNER, odd, depth)
    for one in inputs:
        one[0] = one[0][:1] + [d.dim()] + one[0][1:]
    return inputs[:1] if d.chance(.9) else inputs


def bidirectional(d, layers, out, odd, depth):
    out['layer'], inputs = within(d, layers, RECURRENT, odd, depth)
    if d.chance(.15):
        other, _ = within(d, layers, RECURRENT[:3], 0, depth)
        for key in ('return_sequences', 'return_state', 'stateful', 'units'):
            other['options'].pop(key, None)
            if key in out['layer']['options']:
                other['options'][key] = out['layer']['options'][key]
        if 'units' not in other['options'] and other['class'] != 'RNN':
            other['options']['units'] = '4'
        back = out['layer']['options'].get('go_backwards') == 'True'
        other['options']['go_backwards'] = str(not back)
        out['backward_layer'] = other
    if inputs and out['layer']['class'] not in RECURRENT[4:] and \
            len(inputs) > 1:
        inputs += inputs[1:]
    return inputs


def cells(d, layers, odd, depth, names=CELLS):
    names = names + ['StackedRNNCells'] * (depth < 2 and names is CELLS)
    return [layer(d, layers, d.pick(names), odd, depth)[0]
            for _ in range(d.size(1, 3))]


def rnn(d, layers, out, odd, depth):
    found = cells(d, layers, odd, depth)
    out['cell'] = found if d.chance(.3) else found[0]
    one = d.tensor(2)
    if out.get('stateful') == 'True' and not d.chance(.1):
        one[0][0] = d.size(1, 4)
    if out.get('unroll') == 'True' and len(one[0]) > 2:
        one[0][1] = d.size(1, 5)
    return [one]


def stacked(d, layers, out, odd, depth):
    """Called by itself on the states of cells that have one each."""
    out['cells'] = cells(d, layers, odd, depth, CELLS if depth > 1 else
                         CELLS[1:])
    one = d.tensor(1)
    states = []
    for cell in out['cells']:
        units = cell['options'].get('units', '3')
        for _ in range(1 + (cell['class'] == 'LSTMCell')):
            states.append([[one[0][0], int(units) if units.isdigit() else 3],
                           'float32', 'states'])
    return [one] + states


def spectral(d, layers, out, odd, depth):
    out['layer'], inputs = within(d, layers, NORMALIZED, odd, depth)
    return inputs


def pipeline(d, layers, out, odd, depth):
    """Images on which all of it runs, for Keras runs it to know its shape.

    So what fails only there is not drawn, as a crop at random, whose place
    jax does not know before, and layers that are not calibrated.
    """
    out['layers'] = [layer(d, layers, d.pick(PIPED), 0, depth)[0]
                     for _ in range(d.size(1, 3))]
    for one in out['layers']:
        for key in ('data_format', 'lora_rank', 'fill_mode',
                    'autocast', 'quantization_config'):
            one['options'].pop(key, None)
        if one['options'].get('dtype', '')[1:4] in ('gpt', 'awq'):
            del one['options']['dtype']
        if one['class'] == 'Rescaling':
            one['options']['scale'] = '0.5'
    return [[[None, d.size(12, 20), d.size(12, 20), 3], 'float32', None]]


def sequential(d, layers, out, odd, depth):
    out.pop('activity_regularizer', None)
    out.pop('autocast', None)
    out.pop('dtype', None)
    out['layers'] = []
    one, inputs = within(d, layers, [d.pick(FIRST)], odd, depth)
    out['layers'].append(one)
    for _ in range(d.size(0, 3)):
        names = MERGING if d.chance(.03) else STACKED
        out['layers'].append(within(d, layers, names, odd, depth)[0])
    return inputs


WRAPPERS = {'TimeDistributed': time_distributed, 'RNN': rnn,
            'Bidirectional': bidirectional, 'StackedRNNCells': stacked,
            'SpectralNormalization': spectral, 'Pipeline': pipeline,
            'Sequential': sequential}


# What may be done to a model once it is built, and the classes that show it.
AFTER = {'lora': ['1', '2', '4'],
         'quantize': ['int8', 'int4', 'float8',
                      'Int4QuantizationConfig(block_size=2)',
                      'Int4QuantizationConfig(block_size=None)',
                      'Int8QuantizationConfig(activation_quantizer=None)',
                      'Float8QuantizationConfig()']}
ADAPTED = {'Dense', 'EinsumDense', 'Embedding', 'ReversibleEmbedding',
           'MultiHeadAttention', 'GroupQueryAttention', 'Conv1D', 'Conv2D',
           'Conv3D'}


def case(d, layers, name, odd):
    one, inputs = layer(d, layers, name, odd)
    call = {}
    for key in CALL.get(name, []):
        if d.chance(.2):
            call[key] = d.pick(['True', 'True', 'False'])
    out = {'layer': one, 'inputs': inputs, 'call': call}
    if d.chance(.1) and ADAPTED & set(classes(one)):
        out['after'] = [[what, d.pick(AFTER[what])] for what in AFTER
                        if d.chance(.6)]
    return out


# --- Text --------------------------------------------------------------------

def text(one):
    if isinstance(one, dict):
        return '%s(%s)' % (one['class'], ', '.join(
            '%s=%s' % (k, text(v)) for k, v in one['options'].items()))
    if isinstance(one, list):
        return '[' + ', '.join(map(text, one)) + ']'
    return one


def classes(one):
    """The classes of a layer and of those within."""
    if isinstance(one, dict):
        yield one['class']
        one = list(one['options'].values())
    if isinstance(one, list):
        for each in one:
            for name in classes(each):
                yield name


# --- Shrinking ---------------------------------------------------------------

def smaller(one):
    """Layers a step simpler than this one."""
    for key, v in one['options'].items():
        rest = {k: w for k, w in one['options'].items() if k != key}
        yield dict(one, options=rest)
        if isinstance(v, dict):
            for less in smaller(v):
                yield dict(one, options=dict(one['options'], **{key: less}))
        elif isinstance(v, list):
            for i, each in enumerate(v):
                if len(v) > 1:
                    yield dict(one, options=dict(
                        one['options'], **{key: v[:i] + v[i + 1:]}))
                for less in smaller(each):
                    yield dict(one, options=dict(
                        one['options'], **{key: v[:i] + [less] + v[i + 1:]}))
        elif v in ('4', '5', '8', '9', '10', '100'):
            yield dict(one, options=dict(one['options'], **{key: '2'}))


def simpler(case):
    """Cases a step simpler than this one, each to be tried."""
    for v in case['layer']['options'].values():
        if isinstance(v, dict):
            yield dict(case, layer=v)
            shape = case['inputs'][0][0] if case['inputs'] else []
            if len(shape) > 2:
                yield dict(case, layer=v, inputs=[
                    [shape[:1] + shape[2:]] + case['inputs'][0][1:]] +
                    case['inputs'][1:])
    for less in smaller(case['layer']):
        yield dict(case, layer=less)
    for i in range(len(case.get('after', ()))):
        yield dict(case, after=case['after'][:i] + case['after'][i + 1:])
    for key in case['call']:
        yield dict(case, call={k: v for k, v in case['call'].items()
                               if k != key})
    for i, (shape, dtype, argument) in enumerate(case['inputs']):
        def other(new):
            return dict(case, inputs=case['inputs'][:i] + new +
                        case['inputs'][i + 1:])
        if len(case['inputs']) > 1:
            yield other([])
        if dtype not in ('float32', 'string'):
            yield other([[shape, 'float32', argument]])
        if shape and shape[0] is not None:
            yield other([[[None] + shape[1:], dtype, argument]])
        if any(s != 4 for s in shape[1:]):
            yield other([[shape[:1] + [4] * len(shape[1:]), dtype, argument]])
        if len(shape) > 1:
            yield other([[shape[:1] + shape[2:], dtype, argument]])
