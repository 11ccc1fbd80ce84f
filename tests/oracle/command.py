"""Writes runs of the command whose numbers are Keras's own.

    command.py GOLDEN       GOLDEN/command/{tables,formats,shapes}.txt

A run is a line `$ COMMAND`, then what the command prints. tables.txt: the
facts in golden/models, laid out here once more as netweight's own table is.
formats.txt: the same as CSV and Markdown, and GOLDEN/command/odd_names.json in
all formats, a model of Keras 3 whose names are a trouble to each; one of them
is no UTF-8, which Keras can't have, so it is put in afterwards. shapes.txt:
models of Keras 3 that Keras itself builds, on other input shapes, with what is
within their layers, or from constructor text, as CSV.
"""
import csv
import io
import json
import math
import os
import re
import shlex
import sys

from rich.cells import cell_len

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from facts import facts

MODELS = 'tests/golden/models/'
ODD = 'tests/golden/command/odd_names.json'
STANDS_FOR_BAD = 'BADBAD'
SIZES = {'float16': 2, 'bfloat16': 2, 'float64': 8, 'int8': 1, 'bool': 1, 'int64': 8}


# --- Cells -----------------------------------------------------------------

def shape(t):
    return '?' if t['shape'] is None else str(tuple(t['shape']))


def shapes(tensors):
    text = ', '.join(shape(t) for t in tensors)
    return text if len(tensors) == 1 else '[' + text + ']'


def outputs(row):
    if not row['outputs']:
        return ['?']
    return list(dict.fromkeys(
        shapes(call) for call in row.get('all_outputs', [row['outputs']])))


def edge(source, layers):
    name, call, index = source[:3]
    text = ''.join(s + '=' for s in source[3:]) + name
    feeder = [r for r in layers if r['name'] == name]
    if feeder and (len(feeder[0]['calls']) > 1 or len(feeder[0]['outputs']) > 1):
        text += f'[{call}][{index}]'
    return text


def connected(row, layers, limit=40):
    lines = []
    for call in row['calls']:
        line = ''
        for source in call:
            text = edge(source, layers)
            if line and cell_len(visible(line + ', ' + text)) > limit:
                lines.append(line + ',')
                line = text
            else:
                line += (', ' if line else '') + text
        lines.append(line)
    return lines


def size_of(weights):
    return sum(math.prod(w['shape']) * SIZES.get(w['dtype'], 4) for w in weights)


def size(count):
    unit = 0
    rest = 0
    while count >= 1024 and unit < 6:
        count, rest, unit = count // 1024, count % 1024, unit + 1
    name = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'][unit]
    return f'{count} {name}' if unit == 0 else f'{count}.{rest * 100 // 1024:02} {name}'


def if_built(row, value, form):
    return '?' if row.get('built') is False else form(value)


def grouped(number):
    return f'{number:,}'


def visible(name):
    for code in [*range(32), 0x202e]:
        name = name.replace(chr(code), {9: '\\t', 10: '\\n'}.get(
            code, f'\\x{code:02x}' if code < 256 else f'\\u{code:04x}'))
    return name.replace(STANDS_FOR_BAD, '\\xff\\xfe')


def label(row, depth):
    marks = []
    if not row.get('trainable', True) and row['params']:
        marks.append('frozen')
    if len(row['calls']) > 1:
        marks.append(f'called {len(row["calls"])} times')
    if row.get('built') is False:
        marks.append('not built')
    text = '  ' * depth + visible(row['name']) + ' (' + row['class_name'] + ')'
    return text + (' [' + ', '.join(marks) + ']' if marks else '')


def bytes_of(row):
    # Rows within a nested model have no weights in the facts; all theirs are float32.
    return size_of(row['weights']) if 'weights' in row else 4 * (row['params'] or 0)


def share(row, total):
    tenths = int(row['params'] / total * 1000 + 0.5)
    return '< 0.1%' if tenths == 0 and row['params'] else f'{tenths // 10}.{tenths % 10}%'


COLUMNS = {
    'layer': ('Layer (class)', lambda r, c: label(r, c['depth'])),
    'output': ('Output shape', lambda r, c: outputs(r)),
    'params': ('Params', lambda r, c: if_built(r, r['params'], grouped)),
    'trainable': ('Trainable', lambda r, c: if_built(r, r['trainable_params'], grouped)),
    'bytes': ('Bytes', lambda r, c: if_built(r, bytes_of(r), size)),
    'connected': ('Connected to', lambda r, c: [visible(x) for x in connected(r, c['layers'])]),
    'share': ('Share', lambda r, c: share(r, c['total'])),
}
NUMBERS = {'params', 'trainable', 'bytes', 'share'}


# --- The table -------------------------------------------------------------

def is_chain(layers):
    before = None
    for row in layers:
        if not row['calls']:
            continue
        if len(row['calls']) > 1 or len(row['calls'][0]) > 1:
            return False
        if before and [s[0] for s in row['calls'][0]] != [before]:
            return False
        before = row['name']
    return True


def walk(layers, expand, depth=0):
    for row in layers:
        yield row, {'depth': depth, 'layers': layers}
        if expand:
            yield from walk(row.get('layers', []), expand, depth + 1)


def chain(facts, expand):
    def of(model):
        return (model['class_name'] == 'Sequential' or is_chain(model['layers'])) and (
            not expand or all(of(r) for r in model['layers'] if r.get('layers')))
    return of(facts)


def align(cells, widths, numbers):
    lines = []
    for i in range(max(len(c) for c in cells)):
        line = ''
        for cell, width, number in zip(cells, widths, numbers):
            text = cell[i] if i < len(cell) else ''
            room = ' ' * (width - cell_len(text))
            line += (room + text if number and text else text + room) + '  '
        lines.append(line.rstrip())
    return lines


def ends(facts, name, layers, title):
    if facts[name] is None:
        return []
    lines = []
    for tensor, source in zip(facts[name], facts[layers]):
        start = title if not lines else ''
        several = visible(source[0]) + ' ' if len(facts[name]) > 1 else ''
        lines.append(f'{start:8}' + several + shape(tensor))
    return lines


def total_lines(facts):
    totals = facts['totals']
    weights = [w for r in facts['layers'] for w in r['weights']]
    free = size_of([w for w in weights if w['trainable']])
    if totals['weight_bytes'] != size_of(weights):      # a layer is shared
        assert totals['trainable_params'] == totals['params']
        free = totals['weight_bytes']
    rows = [('Total params:', totals['params'], totals['weight_bytes']),
            ('Trainable params:', totals['trainable_params'], free),
            ('Non-trainable params:', totals['non_trainable_params'],
             totals['weight_bytes'] - free)]
    optimizer = facts.get('optimizer')
    if optimizer:
        rows.append((f'Optimizer {optimizer["class_name"]}:', optimizer['params'],
                     optimizer['bytes']))
    unknown = sum(r.get('built') is False for r in facts['layers'])
    bound = 'at least ' if unknown else ''
    widths = [max(len(f) for f in column) for column in
              zip(*[(a, grouped(b), grouped(c)) for a, b, c in rows])]
    lines = []
    for name, params, count in rows:
        line = f'{name:{widths[0]}}  {bound}{grouped(params):>{widths[1]}}  '
        line += f'{grouped(count):>{widths[2]}} bytes'
        lines.append(line + (f' ({size(count)})' if count >= 1024 else ''))
    if unknown:
        lines.append(f'Unknown layers: {unknown}, so the totals are lower bounds')
    return lines


def table(facts, columns=None, expand=False, trainable=False, top=None, rule='-', nested=True):
    rows = list(walk(facts['layers'], expand))
    if not columns:
        columns = ['layer', 'output', 'params'] + ['trainable'] * trainable + ['bytes']
        columns += ['connected'] * (not chain(facts, expand))
    hidden = 0
    if top is not None:
        rows.sort(key=lambda r: -r[0]['params'])
        hidden = max(len(rows) - top, 0)
        rows = rows[:top]
    cells = [[[COLUMNS[c][0]] for c in columns]]
    for row, context in rows:
        context['total'] = facts['totals']['params']
        of_row = [COLUMNS[c][1](row, context) for c in columns]
        cells.append([c if isinstance(c, list) else [c] for c in of_row])
    widths = [max(cell_len(line) for c in column for line in c) for column in zip(*cells)]
    numbers = [c in NUMBERS for c in columns]
    line = rule * (sum(widths) + 2 * (len(widths) - 1))
    lines = [visible(facts['name']) + ' (' + facts['class_name'] + ')']
    if facts['inputs'] is None and rows:
        lines.append('Input   ? (no input shape is known, so layers are not built)')
    lines += ends(facts, 'inputs', 'input_layers', 'Input')
    lines += ends(facts, 'outputs', 'output_layers', 'Output') + ['']
    lines += align(cells[0], widths, numbers) + [line]
    for row in cells[1:]:
        lines += align(row, widths, numbers)
    lines.append(line)
    if hidden:
        lines.append(f'{hidden} more layer' + 's' * (hidden > 1))
    return lines + total_lines(facts)


TABLES = [
    ('keras-3/mnist', '', {}),
    ('keras-3/dense', '', {}),
    ('keras-3/convnet', '', {}),
    ('keras-1.2.2/mnist', '', {}),
    ('keras-1.2.2/dense', '', {}),
    ('keras-2.2.4/mnist', '', {}),
    ('keras-2.2.4/dense', '', {}),
    ('keras-3/residual', '', {}),
    ('keras-3/operators', '', {}),
    ('keras-3/cross_attention', '', {}),
    ('keras-3/nested_twice', '', {}),
    ('keras-3/nested_twice', '--expand-nested', {'expand': True}),
    ('keras-3/nested_three_levels', '--expand-nested', {'expand': True}),
    ('keras-3/shared_on_shapes', '', {}),
    ('keras-3/siamese', '--expand-nested', {'expand': True}),
    ('keras-3/states_as_outputs', '', {}),
    ('keras-3/three_inputs_outputs', '', {}),
    ('keras-3/dict_inputs_outputs', '', {}),
    ('keras-3/frozen_layers', '--show-trainable', {'trainable': True}),
    ('keras-3/frozen_base', '', {}),
    ('keras-3/frozen', '--show-trainable', {'trainable': True}),
    ('keras-3/half_precision', '', {}),
    ('keras-3/huge', '', {}),
    ('keras-3/any_size', '', {}),
    ('keras-3/compiled_adam', '', {}),
    ('keras-3/unbuilt', '', {}),
    ('keras-3/empty', '', {}),
    ('keras-3/long_names', '', {}),
    ('keras-3/wide_names', '', {}),
    ('keras-3/unusual_names', '', {}),
    ('keras-3/mnist', '--unicode', {'rule': '\u2500'}),
    ('keras-3/MobileNetV2', '--sort params --top 5', {'top': 5}),
    ('keras-3/VGG16', '--columns name,class,share,params --sort params --top 100',
     {'top': 100, 'columns': ['layer', 'share', 'params']}),
]


def tables(golden):
    for name, options, how in TABLES:
        with open(os.path.join(golden, 'models', name + '.facts.json')) as f:
            known = json.load(f)
        yield ' '.join(f'netweight {options} {MODELS}{name}.json'.split())
        yield '\n'.join(table(known, **how)) + '\n'


# --- Other formats ---------------------------------------------------------

def csv_of(rows):
    out = io.StringIO(newline='')
    csv.writer(out, lineterminator='\r\n').writerows(rows)
    return out.getvalue().replace(STANDS_FOR_BAD, '\ufffd\ufffd')


def csv_table(facts, expand=False):
    rows = [['name', 'class', 'output', 'params', 'trainable', 'bytes', 'connected']]
    path = []
    for row, context in walk(facts['layers'], expand):
        path[context['depth']:] = [row['name']]
        built = row.get('built', True)
        rows.append(['/'.join(path), row['class_name'],
                     '; '.join(outputs(row) if row['outputs'] else []), row['params'],
                     row['trainable_params'], bytes_of(row) if built else None,
                     '; '.join(connected(row, context['layers'], 10000))])
    return csv_of(rows)


def escape(name):
    text = re.sub(r'[\\`*\[\]<>|~&$!]', r'\\\g<0>', name)
    text = re.sub(r'(?<![a-zA-Z0-9])_|_(?![a-zA-Z0-9])', r'\\_', text)
    return visible(text)


def markdown(facts, expand=False, trainable=False):
    names = ['params'] + ['trainable'] * trainable + ['bytes']
    graph = not chain(facts, expand)
    heads = ['Layer (class)', 'Output shape'] + [COLUMNS[n][0] for n in names]
    lines = ['| ' + ' | '.join(heads + ['Connected to'] * graph) + ' |',
             '| :--- | :--- |' + ' ---: |' * len(names) + ' :--- |' * graph]
    path = []
    for row, context in walk(facts['layers'], expand):
        path[context['depth']:] = [row['name']]
        marks = label(dict(row, name=''), 0)[len(' (' + row['class_name'] + ')'):]
        cells = ['/'.join(map(escape, path)) + ' (' + row['class_name'] + ')' + marks,
                 '<br>'.join(outputs(row))]
        cells += [COLUMNS[n][1](row, context) for n in names]
        if graph:
            layers = [dict(r, name=escape(r['name'])) for r in context['layers']]
            calls = [[[escape(s[0]), *s[1:]] for s in call] for call in row['calls']]
            cells.append('<br>'.join(connected({'calls': calls}, layers, 10000)))
        lines.append('| ' + ' | '.join(cells) + ' |')
    lines.append('')
    for line in total_lines(facts):
        line = re.sub(r' +', ' ', line)
        line = re.sub(r'(\d) ([\d,]+ bytes)(?: \((.*)\))?', lambda m: m[1] + ' (' + m[2] + (
            ', ' + m[3] if m[3] else '') + ')', line)
        lines.append('- ' + line)
    return '\n'.join(lines) + '\n'


FORMATS = [('mnist', {}), ('shared_on_shapes', {}), ('states_as_outputs', {}),
           ('nested_three_levels', {'expand': True}), ('compiled_adam', {}), ('unbuilt', {}),
           ('frozen', {}), ('cross_attention', {})]


def odd_model(keras):
    names = ['two\nlines', 'tab\tand \x1b[31mred\x1b[0m', 'pipe|and\\backslash',
             '"quoted", comma', '`code` *bold* _it_ <b>&amp;[link](x)',
             '\u5c64\u30ec\u30a4\u30e4\u30fc', 'e\u0301te\u0301 \u202eabc', '=1+1',
             STANDS_FOR_BAD + ' no UTF-8']
    x = keras.Input((4,), name='x')
    tensors = [x]
    for name in names:
        tensors.append(keras.layers.Dense(4, name=name)(tensors[-1]))
    y = keras.layers.Add(name='a~b$c!')([tensors[1], tensors[3], tensors[-1]])
    return keras.Model(x, y, name='odd\nmodel')


def formats(golden):
    import keras
    for name, how in FORMATS:
        with open(os.path.join(golden, 'models/keras-3', name + '.facts.json')) as f:
            known = json.load(f)
        options = '--expand-nested ' * how.get('expand', False)
        path = f'{options}{MODELS}keras-3/{name}.json'
        yield f'netweight -f csv {path}'
        yield csv_table(known, **how)
        yield f'netweight -f markdown {path}'
        yield markdown(known, **how)
    model = odd_model(keras)
    known = facts('3', keras, model)
    with open(os.path.join(golden, 'command', 'odd_names.json'), 'wb') as f:
        config = json.dumps(json.loads(model.to_json()), ensure_ascii=False, indent=1)
        f.write(config.encode().replace(STANDS_FOR_BAD.encode(), b'\xff\xfe') + b'\n')
    yield f'netweight {ODD}'
    yield '\n'.join(table(known)) + '\n'
    yield f'netweight -f csv {ODD}'
    yield csv_table(known)
    yield f'netweight -f markdown {ODD}'
    yield markdown(known)


# --- Built by Keras --------------------------------------------------------

def rows_of(keras, model):
    rows = [['name', 'class', 'output', 'params', 'trainable']]
    for row in facts('3', keras, model)['layers']:
        rows.append([row['name'], row['class_name'], '; '.join(outputs(row)), row['params'],
                     row['trainable_params']])
    return csv_of(rows)


def reshaped(keras, golden, name, batch, dims):
    """The model of a config whose InputLayers have other shapes."""
    with open(os.path.join(golden, 'models', name + '.json')) as f:
        config = json.load(f)
    kept = {}

    def visit(value, inner):
        if isinstance(value, list):
            for item in value:
                visit(item, inner)
        elif isinstance(value, dict):
            if value.get('class_name') == 'InputLayer' and not inner:
                own = value['config']
                shape = own['batch_shape']
                if own['name'] in dims or '' in dims:
                    shape[1:] = dims.get(own['name'], dims.get(''))
                shape[0] = batch if batch is not None else shape[0]
                kept[own['name']] = shape
            for key, item in value.items():
                if key != 'build_config':
                    visit(item, inner or (key == 'config' and value.get('class_name') in (
                        'Functional', 'Sequential') and value is not config))
    visit(config, False)
    strip(config)
    return keras.models.model_from_json(json.dumps(config))


def strip(value):
    """Without the shapes that the config states for each layer."""
    if isinstance(value, list):
        for item in value:
            strip(item)
    elif isinstance(value, dict):
        value.pop('build_config', None)
        for item in value.values():
            strip(item)


def children(keras, layer):
    """Layers within a layer that were given to it, or stand beside others of its own."""
    kinds = keras.layers
    if isinstance(layer, keras.Model):
        return layer.layers
    if isinstance(layer, kinds.TimeDistributed):
        return [layer.layer]
    if isinstance(layer, kinds.Bidirectional):
        return [layer.forward_layer, layer.backward_layer]
    if isinstance(layer, kinds.StackedRNNCells):
        return layer.cells
    return [layer.cell] if type(layer) is kinds.RNN else []


def tree(keras, layers, path=''):
    for layer in layers:
        name = path + layer.name
        free = sum(math.prod(w.shape) for w in layer.trainable_variables)
        yield [name, type(layer).__name__, layer.count_params(), free]
        yield from tree(keras, children(keras, layer), name + '/')


WITHIN = ['wrapped_models', 'rnn_of_stacked_cells', 'text', 'nested_sequentials']

SHAPES = [
    ('mnist', 32, {}), ('convnet', None, {'': [512, 384, 1]}), ('convnet', 1, {'': [32, 32, 3]}),
    ('convnet', None, {'': [None, None, 3]}), ('two_inputs', 4, {}),
    ('two_inputs', 7, {'text': [50], 'price': [9]}), ('nested_twice', 3, {}), ('text', 2, {}),
    ('MobileNetV2', 8, {'': [160, 160, 3]}), ('bound_batch', 5, {}),
    ('dense', None, {'': [100]}), ('unet', None, {'': [64, 96, 3]}),
]

EXPRESSIONS = [
    "Sequential([Flatten(input_shape=(1, 28, 28)), Dense(10), Activation('softmax')])",
    "Sequential([Dense(514, input_shape=(514,)), Activation('relu'), Dense(257)])",
    "Sequential([Conv2D(32, (3, 3), activation='relu', input_shape=(224, 224, 3)), "
    "Conv2D(64, (3, 3), activation='relu'), Conv2D(128, (3, 3), activation='relu'), "
    "Dense(10, activation='softmax')])",
    "keras.Sequential([keras.Input((None, 16)), layers.Bidirectional(layers.GRU(32, reset_after=True)), "
    "layers.Dense(1)])",
    "Sequential([Input((20,)), Embedding(1000, 8, name='say \"hi\", it|s'), "
    "LSTM(7, return_sequences=True), TimeDistributed(Dense(3)), Flatten()])",
]


def shape_option(name, dims):
    return '--input-shape ' + (name + '=' if name else '') + ','.join(map(str, dims))


def built(golden):
    import keras
    for name, batch, dims in SHAPES:
        path = 'keras-3/' + name
        keras.utils.clear_session()
        options = [f'--batch {batch}'] * (batch is not None)
        options += [shape_option(n, d) for n, d in dims.items()]
        yield ('netweight -f csv --columns name,class,output,params,trainable ' +
               ' '.join(options) + f' {MODELS}{path}.json')
        yield rows_of(keras, reshaped(keras, golden, path, batch, dims))
    for name in WITHIN:
        with open(os.path.join(golden, 'models/keras-3', name + '.json')) as f:
            model = keras.models.model_from_json(f.read())
        yield ('netweight -f csv --columns name,class,params,trainable --expand-nested '
               f'{MODELS}keras-3/{name}.json')
        yield csv_of([['name', 'class', 'params', 'trainable'], *tree(keras, model.layers)])
    names = dict(vars(keras.layers), keras=keras, layers=keras.layers,
                 Sequential=keras.Sequential)
    for text in EXPRESSIONS:
        keras.utils.clear_session()
        yield ('netweight -f csv --columns name,class,output,params,trainable -e ' +
               (shlex.quote(text) if '"' in text else '"' + text + '"'))
        yield rows_of(keras, eval(text, names))


def write(path, runs):
    with open(path, 'w', newline='') as f:
        for i, text in enumerate(runs):
            f.write('$ ' + text + '\n' if i % 2 == 0 else text)


if __name__ == '__main__':
    os.environ.setdefault('KERAS_BACKEND', 'jax')
    write(os.path.join(sys.argv[1], 'command', 'tables.txt'), tables(sys.argv[1]))
    write(os.path.join(sys.argv[1], 'command', 'formats.txt'), formats(sys.argv[1]))
    write(os.path.join(sys.argv[1], 'command', 'shapes.txt'), built(sys.argv[1]))
