"""netweight against a Keras before 3 on random models: what differs, shrunk.

    differential_eras.py ERA [-n LAYERS] [-g GRAPHS] [-s SEED] [-o BUILD]
                         [-f SHARE] [CLASS ...]

ERA is 1.0.8 to 2.3.1 (on the fake backend), 2.6, 2.12 or tf-keras. As
differential.py, but only of models: that Keras writes the config of a layer
with drawn options, called on drawn tensors, or of a small graph; netweight
reads it, and must say the same shapes, dtypes, weights and counts. What Keras
refuses is not asked for. SHARE of the models are saved as files too, where
the era can, and their tables compared byte for byte.
"""
import argparse
import collections
import importlib
import json
import os
import random
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import differential_draw as draw  # noqa: E402
import differential_graphs as graphs  # noqa: E402
import differential_judge as judging  # noqa: E402
import differential_layers as tables  # noqa: E402
import differential_ours as ours  # noqa: E402
import differential_past as past  # noqa: E402
import facts  # noqa: E402
import oracle  # noqa: E402

OPERATIONS = ['x + 1', 'x * 2.0', '-x', 'x / 3', 'x ** 2', '1 - x', 'abs(x)',
              'tf.nn.relu(x)', 'tf.nn.softmax(x)', 'tf.exp(x)',
              'tf.cast(x, "float16")', 'tf.cast(x, "int32")', 'tf.tanh(x)',
              'tf.clip_by_value(x, 0, 1)', 'x > 0', 'K.square(x)',
              'tf.zeros_like(x)', 'tf.nn.gelu(x)', 'K.sigmoid(x)']
SHAPING = ['tf.expand_dims(x, 1)', 'tf.expand_dims(x, -1)', 'x[:, 0]',
           'tf.squeeze(x, -1)', 'tf.reshape(x, (-1, 4))', 'x[:, :2]',
           'tf.reduce_mean(x, 1)', 'tf.reduce_sum(x, axis=1)', 'x[..., -1]',
           'tf.reduce_mean(x, axis=-1, keepdims=True)', 'x[:, None]',
           'tf.reduce_max(x, axis=-1)', 'tf.transpose(x)',
           'tf.split(x, 2, axis=-1)', 'tf.repeat(x, 2, axis=1)',
           'tf.reverse(x, [-1])', 'tf.argmax(x, axis=-1)',
           'tf.cumsum(x, axis=1)', 'tf.tile(x, (1, 2))',
           'tf.norm(x, axis=-1)', 'tf.one_hot(tf.cast(x, "int32"), 5)',
           'tf.math.top_k(x, 2)', 'tf.unstack(x, axis=1)', 'K.flatten(x)',
           'tf.transpose(x, (0, 2, 1))', 'K.mean(x, axis=1)',
           'K.permute_dimensions(x, (0, 2, 1))', 'K.expand_dims(x)',
           'K.batch_flatten(x)', 'tf.shape(x)', 'x[:, ::2]', 'x[1:, 0]']
BINARY = ['x + y', 'x * y', 'x - y', 'x / y', 'tf.maximum(x, y)',
          'tf.matmul(x, y, transpose_b=True)', 'tf.concat([x, y], axis=-1)',
          'tf.concat([x, y], 1)', 'tf.stack([x, y], axis=1)', 'x < y',
          'tf.where(x > 0, x, y)', 'tf.add(x, y)', 'tf.multiply(x, y)',
          'tf.einsum("...i,...i->...", x, y)', 'tf.minimum(x, y)',
          'K.concatenate([x, y])', 'K.batch_dot(x, y)', 'tf.add_n([x, y])']


class Shim(object):
    """A Keras of any era with the names that graphs.Builder asks for."""
    def __init__(self, era, keras):
        self.here, self.keras, self.tree = past.number(era), keras, self
        self.flatten = facts.flat

    def Input(self, batch_shape, dtype, name=None):
        old = self.here < (2, 4) and dtype.startswith('float')
        options = {} if old or dtype == 'float32' else {'dtype': dtype}
        if name:
            options['name'] = name
        return self.keras.layers.Input(batch_shape=tuple(batch_shape),
                                       **options)

    def Model(self, inputs, outputs, name=None, trainable=None):
        words = ('input', 'output') if self.here < (2,) else \
            ('inputs', 'outputs')
        options = dict(zip(words, (inputs, outputs)))
        if name:
            options['name'] = name
        model = self.keras.models.Model(**options)
        if trainable is not None:
            model.trainable = trainable
        return model


def double(x):
    return x * 2


class Era(object):
    def __init__(self, name):
        self.name, self.keras = name, oracle.load(name)
        self.layers = self.keras.layers
        self.layers.Sequential = self.keras.models.Sequential
        self.shim = Shim(name, self.keras)
        self.names = past.set_up(name, self.keras)
        self.scope = {k: getattr(self.layers, k) for k in dir(self.layers)
                      if not k.startswith('_')}
        self.scope.update(double=double, K=self.keras.backend)
        self.bygone()
        if self.shim.here >= (2, 4):
            self.scope['tf'] = importlib.import_module('tensorflow')
            self.operations()
        else:
            graphs.ELEMENTWISE[:] = graphs.SHAPING[:] = graphs.BINARY[:] = \
                ['None + x']                    # refused: no operations yet

    @staticmethod
    def operations():
        graphs.ELEMENTWISE[:] = OPERATIONS
        graphs.SHAPING[:] = SHAPING
        graphs.BINARY[:] = BINARY

    def bygone(self):
        """Classes that keras.layers does not show."""
        root = 'tf_keras.src' if self.name == 'tf-keras' else 'keras'
        for place in ('layers.kernelized',):
            try:
                module = importlib.import_module(root + '.' + place)
            except ImportError:
                continue
            one = module.RandomFourierFeatures
            setattr(self.layers, one.__name__, one)
            self.scope[one.__name__] = one
            self.keras.utils.get_custom_objects()[one.__name__] = one
            if one.__name__ not in self.names:
                tables.TABLE[one.__name__] = past.own_tables(
                    False)[one.__name__]
                self.names.append(one.__name__)

    def anew(self):
        oracle.fresh(self.keras)

    def build(self, case):
        """The model of a case; raises what Keras raises."""
        self.anew()
        if 'steps' in case:
            return graphs.build(self.shim, self.scope, case)
        layer = eval(draw.text(case['layer']), dict(self.scope))
        tensors = [self.shim.Input(s, t) for s, t, _ in case['inputs']]
        plain, named = [], {}
        for t, (_, _, argument) in zip(tensors, case['inputs']):
            if argument is None or not self.named(layer, argument):
                plain.append(t)
            else:
                named.setdefault(argument, []).append(t)
        named = {k: v if len(v) > 1 or k == 'states' else v[0]
                 for k, v in named.items()}
        options = {k: eval(v) for k, v in case['call'].items()}
        args = [plain if len(plain) > 1 else plain[0]] if plain else []
        outputs = layer(*args, **named, **options)
        return self.shim.Model(tensors, facts.flat(outputs))

    def named(self, layer, argument):
        return self.shim.here >= (2, 0)

    def read(self, text):
        self.anew()
        return self.keras.models.model_from_json(text)

    def facts(self, model):
        return facts.facts(self.name, self.keras, model)


ENDINGS = ('keras', 'h5', 'weights.h5', 'weights-old.h5')


def compiled(model):
    try:
        model.compile('adam', 'mse')
        model.optimizer.build(model.trainable_variables)
    except Exception:
        pass


def style(era):
    here = era.shim.here
    return 'keras-2.13' if era.name == 'tf-keras' else \
        'keras-2.7' if here >= (2, 7) else 'keras-2.0' if here >= (2,) else \
        'keras-1' if here >= (1, 2) else 'keras-1.0'


def different_lines(args, mine, theirs):
    theirs = theirs.split('\n')
    mine = mine.split('\n') if mine is not None else []
    for a, b in zip(mine, theirs):
        if a != b:
            return (' table %s' % (args,), a, b)
    return (' table %s' % (args,), mine[-3:], theirs[-3:])


# --- Judging -----------------------------------------------------------------

def comparable(era, fact):
    """Facts without what is told otherwise: see the end of README.md."""
    here = era.shim.here
    for one in fact['layers']:
        strip(one, here)
    if here < (1, 2, 2):
        fact['totals'] = {k: v for k, v in fact['totals'].items()
                          if k == 'trainable_params'}
    return fact


def today(name):
    """Names of weights are today's, in files of any era."""
    stem, _, number = name.rpartition('_')
    name = stem if number.isdigit() else name
    return {'W': 'kernel', 'b': 'bias', 'depthwise_kernel': 'kernel'}.get(
        name, name)


def is_too_small(layers):
    return any(d is not None and d < 1 for one in layers
               for outputs in one.get('all_outputs') or [one['outputs'] or []]
               for t in outputs for d in t['shape'] or []) or \
        any(is_too_small(one.get('layers', [])) for one in layers)


BYGONE = ('Highway', 'MaxoutDense', 'SReLU', 'ParametricSoftplus')
KEYS = ('name', 'shape', 'dtype', 'trainable')


def told_so(doc):
    """Of calls only what old facts tell."""
    for one in doc.get('layers', []):
        for call in one.get('calls', []):
            for i in call['inputs']:
                i.pop('argument', None)
        for w in one.get('weights') or []:
            w['name'] = '?' if one['class_name'] in BYGONE else \
                today(w['name'])
        one['weights'] = sorted(
            ({k: w[k] for k in KEYS} for w in one.get('weights') or []),
            key=str)
        told_so(one)
    return doc


def strip(one, here):
    if one.pop('class_name', None) in BYGONE:
        for w in one.get('weights', []):
            w['name'] = '?'
    one.pop('non_trainable_params', None)
    if not one.get('weights'):          # an InputLayer was frozen
        one.pop('trainable', None)
    one['calls'] = [[x[:3] for x in c] for c in one['calls']]
    if 'weights' in one:            # the frozen ones within come last
        one['weights'] = sorted(
            (dict({k: w[k] for k in KEYS}, name=today(w['name']))
             for w in one['weights']), key=str)
    if here < (2,):
        one.pop('weights', None)
        one.pop('trainable', None)
    if here < (1, 2, 2):        # it counted what is trainable
        one.pop('params', None)
    if one.get('params') is None:
        for key in ('params', 'trainable_params'):
            one.pop(key, None)
    for inner in one.get('layers', []):
        strip(inner, here)


class Judge(object):
    def __init__(self, era, library, folder):
        self.era, self.library, self.folder = era, library, folder
        self.source = random.Random(0)

    def __call__(self, case, files):
        """The difference; None if there is none. Raises what Keras does."""
        model = self.era.build(case)
        fact = self.era.facts(model)
        if is_too_small(fact['layers']):
            raise ValueError('nothing is left of a tensor')
        text = model.to_json()
        found = self.judged(text, fact)
        if found:
            found = self.again(self.era.read, text,
                               lambda fact: self.judged(text, fact))
        if found and found[1] is None and '"class_name": "Lambda"' in text:
            found = None                    # whose shape no config tells
        if not found and files:
            found = self.files(model, comparable(self.era, fact))
        return found

    def judged(self, text, fact):
        return judging.judge_model(told_so(self.library.model(text.encode())),
                                   comparable(self.era, fact))

    def again(self, read, source, judge):
        """What a config does not say, Keras does not read from it either."""
        try:
            fact = self.era.facts(read(source))
        except Exception:
            return None
        return None if is_too_small(fact['layers']) else judge(fact)

    def files(self, model, fact):
        """The model in the files that the era can write, and its tables."""
        found = None
        if self.era.shim.here >= (2, 4):
            if self.source.random() < .3:
                compiled(model)
            for ending in ENDINGS:
                found = found or self.file(model, ending, fact)
        return found or self.tables(model.to_json())

    def file(self, model, ending, fact):
        path = judging.saved(model, ending, self.folder)
        if not path:
            return None
        with open(path, 'rb') as f:
            doc = self.library.model(f.read())
        os.remove(path)
        if not ending.startswith('weights'):
            found = judging.judge_model(told_so(doc), fact)
        elif 'error' in doc:
            found = ('refused', doc['error'], 'accepted')
        else:
            found = judging.differing(
                doc['totals'], {'params': fact['totals']['params']}, 'totals')
        return found and (' %s ' % ending + found[0],) + found[1:]

    def tables(self, text):
        here, model = self.era.shim.here, self.era.read(text)
        said = self.library.model(text.encode())
        if 'error' in said or said['totals']['unknown_layers']:
            return None
        for args in self.arguments(here):
            try:
                theirs = oracle.summary(model, **args)
            except (ValueError, IndexError, TypeError):
                continue
            options = "format='text', style='%s'" % style(self.era)
            for key, value in args.items():
                options += ', %s=%r' % (key, value)
            mine = self.library.report(text.encode(), options)
            if mine != theirs and not (mine and ' ?' in mine):
                return different_lines(args, mine, theirs)
        return None

    def arguments(self, here):
        pick = self.source.choice
        yield {}
        if here >= (2,):
            yield {'line_length': pick([50, 65, 80, 98, 120, 150])}
        if here >= (1, 1):
            yield {'positions': pick([[.3, .6, .8, 1.], [.33, .55, .67, 1.],
                                      [.2, .5, .9, 1.], [25, 48, 60, 100]])}
        if here >= (2, 12):
            yield {'expand_nested': True}
            yield {'show_trainable': True}
            yield {'expand_nested': True, 'show_trainable': True,
                   'line_length': pick([100, 130])}


def differences(era, judge, arguments):
    source = random.Random(arguments.seed)
    names = arguments.classes or era.names
    tried, refused, agree = (collections.Counter() for _ in range(3))
    seen = collections.defaultdict(set)
    found_of = collections.OrderedDict()
    for i in range(arguments.n):
        d = tables.Draw(source)
        name = names[i % len(names)]
        case = past.usual_case(draw.case(d, era.layers, name, 0),
                               era.shim.here)
        seen[name].update(case['layer']['options'])
        tried[name] += 1
        try:
            found = judge(case, d.chance(arguments.files))
        except Exception as e:
            refused[name] += 1
            if arguments.why:
                print(name, draw.text(case['layer']), case['inputs'],
                      type(e).__name__, str(e)[:200])
            continue
        agree[name] += not found
        if found:
            found_of.setdefault((name, found[0]), []).append((case, found))
    for name in names if arguments.n else []:
        differ = tried[name] - refused[name] - agree[name]
        print('%-45s %6d tried %6d refused %6d agree%s' % (
            name, tried[name], refused[name], agree[name],
            '   %d differ' % differ if differ else ''))
    return found_of


def graph_differences(era, judge, arguments):
    source = random.Random(arguments.seed)
    found_of, agree, refused = collections.OrderedDict(), 0, 0
    for i in range(arguments.graphs):
        d = tables.Draw(source)
        era.anew()
        try:
            graph = graphs.draw_graph(d, era.layers, era.shim, era.scope)
            found = judge(graph, d.chance(arguments.files))
        except Exception as e:
            if arguments.why:
                print(type(e).__name__, e)
            refused += 1
            continue
        agree += not found
        if found:
            found_of.setdefault((str(found[1])[:40], found[0]), []).append(
                (graph, found))
    print('%d graphs, %d refused, %d agree' % (arguments.graphs, refused,
                                               agree))
    return found_of


def show_differences(judge, found_of, kept):
    shown = set()
    for (name, what), cases in found_of.items():
        for case, found in cases[:kept]:
            small = judging.shrink(
                judge, graphs.simpler if 'steps' in case else draw.simpler,
                case, found[0])
            key = json.dumps(small, sort_keys=True)
            if key not in shown:
                shown.add(key)
                judging.show(small, judge(small, ' ' in what) or found)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('era')
    parser.add_argument('-n', type=int, default=2000)
    parser.add_argument('-s', dest='seed', type=int, default=1)
    parser.add_argument('-o', dest='build', default='build')
    parser.add_argument('-f', dest='files', type=float, default=.02)
    parser.add_argument('-k', dest='kept', type=int, default=2)
    parser.add_argument('-g', dest='graphs', type=int, default=200)
    parser.add_argument('-w', dest='why', action='store_true',
                        help='show what Keras refuses')
    parser.add_argument('classes', nargs='*')
    arguments = parser.parse_args()
    era = Era(arguments.era)
    judging.STRICT = True
    folder = tempfile.mkdtemp()
    judge = Judge(era, ours.load(arguments.build), folder)
    start = time.time()
    found_of = differences(era, judge, arguments)
    found_of.update(graph_differences(era, judge, arguments))
    show_differences(judge, found_of, arguments.kept)
    shutil.rmtree(folder)
    print('\n%d differ, Keras %s, seed %d; %.0f s' % (
        sum(map(len, found_of.values())), arguments.era, arguments.seed,
        time.time() - start))
    sys.exit(bool(found_of))


if __name__ == '__main__':
    main()
