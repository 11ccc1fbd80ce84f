"""netweight against Keras 3 on random layers: what differs, in its smallest form.

    differential.py [-n LAYERS] [-s SEED] [-o BUILD] [-f SHARE] [CLASS ...]

Each case is a layer with drawn options, called on drawn tensors. Keras and
netweight must say the same of it: refused or not, shapes, dtypes, weights and
counts; and of a model with that layer, which some cases adapt or quantise
once it is built, read from its config, and for a SHARE of the cases from the
.keras, .h5 and .weights.h5 files that Keras saves.
Prints for each class how many were tried, how many of them Keras refused,
and how many agree; then the differences, shrunk, as JSON that can be kept.
With KERAS_BACKEND=tensorflow the classes are those that need TensorFlow.
The exit status is 1 if there are any.
"""
import argparse
import collections
import json
import os
import random
import shutil
import sys
import tempfile
import time
import warnings

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import numpy as np  # noqa: E402
import differential_draw as draw  # noqa: E402
import differential_graphs as graphs  # noqa: E402
import differential_judge as judging  # noqa: E402
import differential_layers as tables  # noqa: E402
import differential_operations as operations  # noqa: E402
import differential_operations_nn  # noqa: E402,F401
import differential_ours as ours  # noqa: E402
import facts  # noqa: E402
import kinds  # noqa: E402

keras = kinds.keras
LAYERS = keras.layers
LAYERS.Sequential = keras.Sequential        # drawn as they are
warnings.simplefilter('ignore')


def without_work():
    """Nothing is drawn or computed for weights: no one looks at values."""
    if keras.backend.backend() != 'jax':
        return

    def fill(self, initializer):
        self._value = np.zeros(self._shape, self._dtype)
    keras.Variable._initialize_with_initializer = fill


def anew():
    from keras.src.backend.common import global_state
    for name in ('object_name_uids', 'keras_variable_uids',
                 'layer_call_context'):
        global_state.set_global_attribute(name, None)


def names_in(shape):
    return [kinds.In(tuple(s), t, a) for s, t, a in shape]


class Theirs(object):
    """What Keras says of a case: `layer`, and `outputs` if it is accepted."""
    def __init__(self, case):
        self.case = case
        anew()
        try:
            layer = eval(draw.text(case['layer']), dict(kinds.SCOPE))
            self.tensors = [keras.Input(batch_shape=tuple(s), dtype=t)
                            for s, t, _ in case['inputs']]
            outputs = self.call(layer)
            self.layer = kinds.answer(layer, outputs)
            self.outputs = outputs
        except Exception as e:
            self.layer = {'error': kinds.message(e) or type(e).__name__}

    def call(self, layer):
        if not self.tensors:
            return layer.output
        plain, named = [], {}
        for t, (_, _, argument) in zip(self.tensors, self.case['inputs']):
            if argument is None:
                plain.append(t)
            else:
                named.setdefault(argument, []).append(t)
        named = {k: v if len(v) > 1 or k == 'states' else v[0]
                 for k, v in named.items()}
        args = [plain if len(plain) > 1 else plain[0]] if plain else []
        options = {k: eval(v) for k, v in self.case['call'].items()}
        return layer(*args, **named, **options)

    def whole(self):
        """(model, facts), or None if Keras can't make one."""
        try:
            model = keras.Model(self.tensors, keras.tree.flatten(self.outputs))
            for step in self.case.get('after', ()):
                adapt(model, *step)
            return model, facts.facts('3', keras, model)
        except Exception:
            return None


def adapt(model, what, value):
    """A model as its user may change it once it is built."""
    if what == 'quantize':
        model.quantize(config=eval(value, dict(vars(keras.quantizers)))
                       if '(' in value else None,
                       mode=None if '(' in value else value)
    for layer in model._flatten_layers():
        if what == 'lora' and hasattr(layer, 'enable_lora'):
            layer.enable_lora(int(value))


# --- Judging -----------------------------------------------------------------

def judge_layer(mine, theirs):
    if 'error' in theirs:
        return None if 'error' in mine else \
            ('accepted', 'accepted', theirs['error'])
    if 'error' in mine:
        return ('refused', mine['error'], 'accepted')
    return judging.differing(mine, theirs)


class Judge(object):
    def __init__(self, library, folder):
        self.library, self.folder = library, folder
        self.spent = [0.0, 0.0]

    def layer(self, case, files):
        return self(case, files)[0]

    def __call__(self, case, files):
        """The difference of a case, and whether Keras refuses it."""
        start = time.perf_counter()
        theirs = Theirs(case)
        middle = time.perf_counter()
        call = ', '.join('%s=%s' % x for x in case['call'].items())
        mine = self.library.layer(draw.text(case['layer']), case['inputs'],
                                  call)
        self.spent[0] += middle - start
        self.spent[1] += time.perf_counter() - middle
        if 'Unable to allocate' in theirs.layer.get('error', ''):
            return None, True      # numpy's word, not Keras's
        found = judge_layer(mine, theirs.layer)
        if found or 'error' in theirs.layer or not case['inputs']:
            return found, 'error' in theirs.layer
        whole = theirs.whole()
        if whole is None:
            return None, False
        try:
            text = whole[0].to_json()
        except Exception:
            return None, False
        found = self.judged(text, whole[1])
        if found:
            found = self.again(keras.models.model_from_json, text,
                               lambda fact: self.judged(text, fact))
        if not found and files:
            found = self.files(*whole)
        return found, False

    def judged(self, text, fact):
        return judging.judge_model(self.library.model(text.encode()), fact)

    def files(self, model, fact):
        # Keras stores the kernel of one twice, and of the others not all.
        text = model.to_json()
        odd = 'lora_' in str(fact) or any(
            word in text for word in ('SpectralNormalization', '"gptq', '"awq'))
        for ending in judging.ENDINGS[:2] if odd else judging.ENDINGS:
            path = judging.saved(model, ending, self.folder)
            found = path and judging.judge_file(self.library, path, fact)
            if found and ending != 'weights.h5':
                found = self.again(keras.models.load_model, path, lambda fact:
                                   judging.judge_file(self.library, path, fact))
            if found:
                return (ending + ' ' + found[0],) + found[1:]
        return None

    def again(self, read, source, judge):
        """What a config does not say, Keras does not read from it either."""
        anew()
        try:
            model = read(source)
            fact = facts.facts('3', keras, model)
        except Exception:
            return None
        return judge(fact)


    def graph(self, graph, files):
        """The difference of a graph; raises if Keras cannot make it."""
        anew()
        scope = dict(kinds.SCOPE, ops=keras.ops, keras=keras, np=np)
        model = graphs.build(keras, scope, graph)
        fact, text = facts.facts('3', keras, model), model.to_json()
        judging.STRICT = len(graph['steps']) == 1 and \
            isinstance(graph['steps'][0][1], str)
        found = self.judged(text, fact)
        if found:
            found = self.again(keras.models.model_from_json, text,
                               lambda fact: self.judged(text, fact))
        if not found and files and 'lora_rank' not in text:
            found = self.files(model, fact)
        return found


# --- Reporting -----------------------------------------------------------------

def untold(seen):
    """Options of classes that no case has given a value."""
    for name in sorted(tables.TABLE):
        if name == 'Sequential':
            continue
        missing = set(tables.declared(keras.layers, name)) - seen[name] - \
            {'dtype', 'name'}
        if missing:
            print('%s: no value drawn for %s' %
                  (name, ', '.join(sorted(missing))))


def usual():
    """Classes that this backend can make."""
    tensorflow = keras.backend.backend() == 'tensorflow'
    return sorted(n for n in tables.TABLE
                  if (n in tables.TENSORFLOW) == tensorflow)


def differences(judge, arguments):
    random_source = random.Random(arguments.seed)
    names = arguments.classes or usual()
    tried, refused, agree = (collections.Counter() for _ in range(3))
    seen = collections.defaultdict(set)
    found_of = collections.OrderedDict()
    for i in range(arguments.n):
        d = tables.Draw(random_source)
        name = names[i % len(names)]
        case = draw.case(d, LAYERS, name, arguments.odd)
        seen[name].update(case['layer']['options'])
        files = d.chance(arguments.files)
        found, no = judge(case, files)
        tried[name] += 1
        refused[name] += no
        agree[name] += not found
        if found:
            found_of.setdefault((name, found[0]), []).append((case, found))
    for name in names if arguments.n else []:
        print('%-45s %6d tried %6d refused %6d agree%s' % (
            name, tried[name], refused[name], agree[name],
            '' if tried[name] == agree[name] else '   %d differ' %
            (tried[name] - agree[name])))
    if not arguments.classes and arguments.n > 20000:
        untold(seen)
    return found_of, sum(agree.values())


def graph_differences(judge, arguments):
    """As differences(), of whole models; what differs by what was said."""
    random_source = random.Random(arguments.seed)
    scope = dict(kinds.SCOPE, ops=keras.ops, keras=keras, np=np)
    found_of, agree, made = collections.OrderedDict(), 0, 0
    for i in range(arguments.graphs):
        d = tables.Draw(random_source)
        anew()
        try:
            graph = graphs.draw_graph(d, LAYERS, keras, scope)
            found = judge.graph(graph, d.chance(arguments.files))
        except Exception:
            continue
        made += 1
        agree += not found
        if found:
            found_of.setdefault((str(found[1])[:40], found[0]), []).append(
                (graph, found))
    print('%d graphs, %d agree' % (made, agree))
    return found_of


def operation_differences(judge, arguments):
    """As differences(), of single operations: those of CLASS ... or all."""
    random_source = random.Random(arguments.seed)
    scope = dict(kinds.SCOPE, ops=keras.ops, keras=keras, np=np)
    names = [n for n in sorted(operations.TABLE)
             if not arguments.classes or n in arguments.classes]
    tried, refused, agree = (collections.Counter() for _ in range(3))
    found_of = collections.OrderedDict()
    for i in range(arguments.operations if names else 0):
        d = tables.Draw(random_source)
        name = names[i % len(names)]
        anew()
        tried[name] += 1
        try:
            graph = graphs.of_call(keras, scope,
                                   *operations.draw_call(d, name))
            found = judge.graph(graph, d.chance(arguments.files))
        except Exception:
            refused[name] += 1
            continue
        agree[name] += not found
        if found:
            found_of.setdefault((name, found[0], str(found[1])[:40]),
                                []).append((graph, found))
    for name in names if arguments.operations else []:
        differ = tried[name] - refused[name] - agree[name]
        print('%-45s %6d tried %6d refused %6d agree%s' % (
            name, tried[name], refused[name], agree[name],
            '   %d differ' % differ if differ else ''))
    return found_of


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('-n', type=int, default=2000)
    parser.add_argument('-s', dest='seed', type=int, default=1)
    parser.add_argument('-o', dest='build', default='build')
    parser.add_argument('-f', dest='files', type=float, default=.02)
    parser.add_argument('-x', dest='odd', type=float, default=.02)
    parser.add_argument('-k', dest='kept', type=int, default=2)
    parser.add_argument('-g', dest='graphs', type=int, default=200)
    parser.add_argument('-p', dest='operations', type=int, default=1000)
    parser.add_argument('classes', nargs='*')
    arguments = parser.parse_args()
    without_work()
    folder = tempfile.mkdtemp()
    judge = Judge(ours.load(arguments.build), folder)
    start = time.time()
    found_of, agree = differences(judge, arguments)
    found_of.update(operation_differences(judge, arguments))
    found_of.update(graph_differences(judge, arguments))
    spent = time.time() - start
    shown = set()
    for (name, what, *_), cases in found_of.items():
        for case, found in cases[:arguments.kept]:
            is_graph = 'steps' in case
            one = judge.graph if is_graph else judge.layer
            small = judging.shrink(one, graphs.simpler if is_graph else draw.simpler,
                           case, found[0])
            key = json.dumps(small, sort_keys=True)
            if key not in shown:
                shown.add(key)
                judging.show(small, one(small, ' model' in what) or found)
    shutil.rmtree(folder)
    print('\n%d of %d agree, seed %d; %.0f s, of which Keras %.0f s, '
          'netweight %.1f s' % (agree, arguments.n, arguments.seed, spent,
                                judge.spent[0], judge.spent[1]))
    sys.exit(agree != arguments.n)


if __name__ == '__main__':
    main()
