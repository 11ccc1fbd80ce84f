"""Writes golden/kinds/FILE.json: what Keras 3 says of one call of a layer, for
each file of lib/layers, whose classes lib/layers/kinds.def lists.

    kinds.py OUT [FILE ...]

The cases stand in cases/FAMILY.py as tuples: a constructor expression, the
inputs, and perhaps a dict of call options. An input is a shape without its
batch, which is None; `B(8, 3)` states the batch too; `A('query', 4, 8)` is
passed by that name, several of one name as a list; `D('int32', x)` gives
the input x another dtype.
"""
import json
import math
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import oracle  # noqa: E402

keras = oracle.load('3')
INDEX = os.path.join(HERE, '../../lib/layers/kinds.def')
ALIASES = {'groupqueryattention': 'groupedqueryattention'}
FAMILIES = ('core', 'convolution', 'convolution_transpose', 'pooling',
            'activation', 'normalization', 'merging', 'regularization',
            'reshaping', 'recurrent', 'attention', 'wrapper', 'preprocessing')


class In(object):
    def __init__(self, shape, dtype='float32', argument=None):
        self.shape, self.dtype, self.argument = shape, dtype, argument


def as_input(x):
    return x if isinstance(x, In) else In((None,) + tuple(x))


def B(*shape):
    return In(shape)


def A(argument, *shape):
    return In((None,) + shape, argument=argument)


def D(dtype, x):
    x = as_input(x)
    return In(x.shape, dtype, x.argument)


def double(x):
    return x * 2


def first_half(x):
    return x[:, :x.shape[1] // 2]


def split(x):
    return [x[:, :1], x[:, 1:]]


def scope():
    names = {k: getattr(keras.layers, k) for k in dir(keras.layers)
             if not k.startswith('_')}
    names.update(keras=keras, layers=keras.layers, double=double,
                 first_half=first_half, split=split,
                 Sequential=keras.Sequential, Model=keras.Model)
    return names


SCOPE = scope()


def tensor(t):
    return {'shape': list(t.shape), 'dtype': str(t.dtype)}


def message(error):
    text = re.sub(r'\x1b\[[0-9;]*m', '', str(error))
    lines = [l.strip() for l in text.split('\n') if l.strip()]
    if lines and lines[0].startswith('Exception encountered when calling'):
        lines = lines[1:]
    return lines[0] if lines else type(error).__name__


def call(layer, inputs, options):
    if not inputs:
        return layer.output
    tensors = [keras.Input(batch_shape=i.shape, dtype=i.dtype) for i in inputs]
    plain = [t for t, i in zip(tensors, inputs) if not i.argument]
    named = {}
    for t, i in zip(tensors, inputs):
        if i.argument:
            named.setdefault(i.argument, []).append(t)
    named = {k: v if len(v) > 1 or k == 'states' else v[0]
             for k, v in named.items()}
    args = [plain if len(plain) > 1 else plain[0]] if plain else []
    return layer(*args, **named, **options)


def size(ws):
    return sum(math.prod(w.shape) for w in ws)


def answer(layer, outputs):
    train = {id(w) for w in layer.trainable_weights}
    return {'outputs': [tensor(t) for t in keras.tree.flatten(outputs)],
            'weights': [{'name': w.name, 'shape': list(w.shape),
                         'dtype': str(w.dtype), 'trainable': id(w) in train}
                        for w in layer.weights],
            'params': size(layer.weights),
            'trainable_params': size(layer.trainable_weights),
            'non_trainable_params': size(layer.non_trainable_weights)}


def run(text, *rest):
    options = rest[-1] if rest and isinstance(rest[-1], dict) else {}
    inputs = [as_input(i) for i in rest if not isinstance(i, dict)]
    case = {'text': text, 'inputs': []}
    for i in inputs:
        one = {'shape': list(i.shape), 'dtype': i.dtype}
        if i.argument:
            one['argument'] = i.argument
        case['inputs'].append(one)
    if options:
        case['call'] = ', '.join('%s=%r' % o for o in options.items())
    keras.backend.clear_session()
    try:
        layer = eval(text, dict(SCOPE))
        case['config'] = keras.saving.serialize_keras_object(layer)
        outputs = call(layer, inputs, options)
        case['config'] = keras.saving.serialize_keras_object(layer)
        case.update(answer(layer, outputs))
    except Exception as e:
        case['error'] = message(e)
    return case


def cases(family):
    space = {'N': None, 'A': A, 'B': B, 'D': D}
    path = os.path.join(HERE, 'cases', family + '.py')
    with open(path, encoding='utf-8') as f:
        exec(compile(f.read(), path, 'exec'), space)
    return space['CASES']


def files():
    """The file of each class, by its name in lower case."""
    found, file = {}, None
    with open(INDEX) as f:
        for line in f:
            file = (re.match(r'/\* (?:core/)?(\w+)\.c \*/', line) or [0, file])[1]
            kind = re.match(r'KIND\((\w+)\)', line)
            if kind:
                found[kind[1].replace('_', '')] = file
    return found


def file_of(text, known):
    name = re.match(r'(?:keras\.)?(?:layers\.)?(\w+)', text)[1].lower()
    return known.get(ALIASES.get(name, name), name)


def write(name, lines, out):
    label = 'keras %s %s' % (keras.__version__, keras.backend.backend())
    with open(os.path.join(out, name + '.json'), 'w') as f:
        f.write('{"oracle":%s,"cases":[\n' % json.dumps(label))
        f.write(',\n'.join(lines) + '\n]}\n')
    print(name, len(lines))


def main():
    out, known, by_file = sys.argv[1], files(), {}
    os.makedirs(out, exist_ok=True)
    for family in FAMILIES:
        for one in cases(family):
            by_file.setdefault(file_of(one[0], known), []).append(one)
    for name in sys.argv[2:] or sorted(by_file):
        write(name, [json.dumps(run(*one), separators=(',', ':'))
                     for one in by_file[name]], out)


if __name__ == '__main__':
    main()
