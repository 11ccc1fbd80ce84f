"""Writes golden/signatures.json: what Keras 3's operations take.

    signatures.py OUT.json

One class a line: its options (of the constructor) and its arguments (of the
call), each a name and its default as Python writes it; null: required. A name
that begins with `*` takes all that follow.
"""
import importlib
import inspect
import json
import os
import pkgutil
import sys

os.environ.setdefault('KERAS_BACKEND', 'jax')
os.environ.setdefault('JAX_PLATFORMS', 'cpu')
import keras  # noqa: E402
import keras.src.ops  # noqa: E402
from keras.src.ops.operation import Operation  # noqa: E402


def modules():
    for info in pkgutil.iter_modules(keras.src.ops.__path__):
        if not info.name.endswith('_test'):
            yield 'keras.src.ops.' + info.name
    yield 'keras.src.activations.activations'
    yield 'keras.src.quantizers.quantizers'


def classes():
    for name in modules():
        module = importlib.import_module(name)
        for name, found in sorted(vars(module).items()):
            if (inspect.isclass(found) and issubclass(found, Operation)
                    and found.__module__ == module.__name__
                    and found is not Operation):
                yield name, found


def parameters(function):
    found = []
    for p in list(inspect.signature(function).parameters.values())[1:]:
        if p.name == 'name' or p.kind == p.VAR_KEYWORD:
            continue
        star = '*' if p.kind == p.VAR_POSITIONAL else ''
        default = None if p.default is p.empty else repr(p.default)
        found.append([star + p.name, default])
    return found


def main():
    lines = [json.dumps([name, parameters(c.__init__), parameters(c.call)])
             for name, c in sorted(classes())]
    label = 'keras %s' % keras.__version__
    with open(sys.argv[1], 'w') as f:
        f.write('{"oracle": %s, "classes": [\n' % json.dumps(label))
        f.write(',\n'.join(lines) + '\n]}\n')
    print(len(lines))


if __name__ == '__main__':
    main()
