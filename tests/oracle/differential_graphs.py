"""Random functional models, for differential.py: operations, sharing, nesting.

A graph is {'inputs': {name: [shape, dtype]}, 'steps': [...], 'outputs': ...}.
A step is [name, what, tensors]: `what` is a layer as differential_draw.py has
it, 'again NAME' for another call of the layer of step NAME, a graph for a
nested model (`within`: the wrapper around it), or the text of an operation on
x, y, z; a tensor is NAME or NAME.1 for a later output. A layer's `call` gives
texts of arguments, its `named` the argument of each tensor, None by position.
`frozen` names steps whose layers are frozen last, `outputs` and `structure`
nest tensors in lists and dicts.
"""
import numpy as np

import differential_draw as draw
import differential_operations as operations

ELEMENTWISE = ['x + 1', 'x * 2.0', '-x', 'x / 3', 'x ** 2', '1 - x', 'abs(x)',
               'ops.relu(x)', 'ops.softmax(x)', 'ops.exp(x)', 'ops.sqrt(x)',
               'ops.cast(x, "float16")', 'ops.cast(x, "int32")', 'ops.tanh(x)',
               'ops.clip(x, 0, 1)', 'x > 0', 'ops.sigmoid(x)',
               'ops.zeros_like(x)', 'ops.gelu(x)', 'ops.square(x)']
SHAPING = ['ops.expand_dims(x, 1)', 'ops.expand_dims(x, -1)',
           'ops.squeeze(x, -1)', 'ops.reshape(x, (-1, 4))', 'ops.mean(x, 1)',
           'ops.mean(x, axis=-1, keepdims=True)', 'ops.sum(x, axis=1)',
           'ops.max(x, axis=-1)', 'x[:, 0]', 'x[:, :2]', 'x[..., -1]',
           'x[:, None]', 'ops.transpose(x)', 'ops.swapaxes(x, 1, 2)',
           'ops.split(x, 2, axis=-1)', 'ops.repeat(x, 2, axis=1)',
           'ops.flip(x, axis=-1)', 'ops.argmax(x, axis=-1)',
           'ops.pad(x, ((0, 0), (1, 1)))', 'ops.cumsum(x, axis=1)',
           'ops.tile(x, (1, 2))', 'ops.norm(x, axis=-1)',
           'ops.one_hot(ops.cast(x, "int32"), 5)', 'ops.moveaxis(x, 1, -1)',
           'ops.average_pool(x, 2)', 'ops.top_k(x, 2)', 'ops.unstack(x, axis=1)',
           'ops.transpose(x, (0, 2, 1))', 'ops.var(x, axis=1)']
BINARY = ['x + y', 'x * y', 'x - y', 'x / y', 'ops.maximum(x, y)', 'x @ y',
          'ops.matmul(x, y)', 'ops.concatenate([x, y], axis=-1)',
          'ops.concatenate([x, y], axis=1)', 'ops.stack([x, y], axis=1)',
          'ops.where(x > 0, x, y)', 'ops.einsum("...i,...i->...", x, y)',
          'ops.add(x, y)', 'x < y', 'ops.dot(x, y)', 'ops.tensordot(x, y, 1)',
          'ops.multiply(x, y)', 'ops.power(x, y)', 'ops.minimum(x, y)']
LAYERS = ['Dense', 'Dense', 'Conv1D', 'Conv2D', 'BatchNormalization',
          'LayerNormalization', 'Dropout', 'Activation', 'Flatten', 'Reshape',
          'LSTM', 'GRU', 'MultiHeadAttention', 'Embedding', 'Add', 'Multiply',
          'Concatenate', 'GlobalAveragePooling1D', 'GlobalMaxPooling2D',
          'MaxPooling2D', 'MaxPooling1D', 'TimeDistributed', 'Bidirectional',
          'Permute', 'RepeatVector', 'PReLU', 'Attention', 'Dot', 'Softmax',
          'ZeroPadding2D', 'UpSampling1D', 'SeparableConv1D', 'EinsumDense',
          'Sequential', 'Rescaling', 'GroupNormalization', 'RNN', 'Masking',
          'Identity', 'Average', 'Subtract', 'GaussianNoise', 'ConvLSTM1D']
MERGING = ('Add', 'Multiply', 'Concatenate', 'Average', 'Subtract', 'Dot',
           'Attention', 'MultiHeadAttention')


class Builder(object):
    """Runs steps in Keras, one after the other."""
    def __init__(self, keras, scope, inputs):
        self.keras, self.scope = keras, scope
        self.inputs = {name: keras.Input(batch_shape=tuple(s), dtype=t,
                                         name=name)
                       for name, (s, t) in inputs.items()}
        self.tensors = {name: [t] for name, t in self.inputs.items()}
        self.made = {}

    def tensor(self, name):
        step, _, i = name.partition('.')
        return self.tensors[step][int(i or 0)]

    def run(self, step):
        name, what, names = step
        tensors = [self.tensor(n) for n in names]
        if isinstance(what, str) and not what.startswith('again '):
            out = eval(what, dict(self.scope, **dict(zip('xyzuv', tensors))))
        else:
            out = self.call(name, what, tensors)
        self.tensors[name] = self.keras.tree.flatten(out)

    def call(self, name, what, tensors):
        if isinstance(what, str):
            layer = self.made[what[6:]]
        elif 'steps' in what:
            layer = build(self.keras, self.scope, what)
            if what.get('within'):
                layer = eval(what['within'], dict(self.scope, model=layer))
        else:
            layer = eval(draw.text(what), dict(self.scope))
        named = what.get('named') if isinstance(what, dict) else None
        more = what.get('call', {}) if isinstance(what, dict) else {}
        more = {k: eval(v, dict(self.scope)) for k, v in more.items()}
        if named:
            out = self.call_named(layer, named, tensors, more)
        elif type(layer).__name__ == 'MultiHeadAttention':
            out = layer(tensors[0], tensors[-1], **more)
        elif isinstance(getattr(layer, '_inputs_struct', None), (dict, list)):
            rest = list(tensors)
            out = layer(filled(layer._inputs_struct, rest), **more)
        else:
            constants = what.get('constants', []) if isinstance(what, dict) \
                else []
            tensors = tensors + [eval(c, dict(self.scope)) for c in constants]
            out = layer(tensors if len(tensors) > 1 else tensors[0], **more)
        self.made[name] = layer
        return out

    def call_named(self, layer, named, tensors, more):
        plain, by_name = [], {}
        for key, t in zip(named, tensors):
            if key is None:
                plain.append(t)
            else:
                by_name.setdefault(key, []).append(t)
        by_name = {k: v if len(v) > 1 or k.endswith('state') else v[0]
                   for k, v in by_name.items()}
        return layer(*plain, **by_name, **more)

    def structure(self, outputs):
        if isinstance(outputs, dict):
            return {k: self.structure(v) for k, v in outputs.items()}
        if isinstance(outputs, list):
            return [self.structure(v) for v in outputs]
        return self.tensor(outputs)

    def model(self, graph):
        order = graph.get('order') or list(self.inputs)
        inputs = [self.inputs[n] for n in order if n in self.inputs]
        if graph.get('by_name'):
            inputs = {t.name: t for t in inputs}
        elif graph.get('structure') and len(inputs) > 1:
            inputs = [inputs[0], {'b': inputs[-1], 'a': inputs[1:-1]}] \
                if graph['structure'] == 'list' else \
                {'z': inputs[0], 'a': tuple(inputs[1:])}
        elif len(inputs) == 1:
            inputs = inputs[0]
        options = {k: graph[k] for k in ('name', 'trainable') if k in graph}
        model = self.keras.Model(inputs, self.structure(graph['outputs']),
                                 **options)
        for name in graph.get('frozen', []):
            if name in self.made:
                self.made[name].trainable = False
        return model


def filled(structure, tensors):
    """The structure with these tensors, in the order of Keras's own."""
    if isinstance(structure, dict):
        return {k: filled(structure[k], tensors) for k in sorted(structure)}
    if isinstance(structure, (list, tuple)):
        return [filled(v, tensors) for v in structure]
    return tensors.pop(0) if tensors else None


def build(keras, scope, graph):
    builder = Builder(keras, scope, graph['inputs'])
    for step in graph['steps']:
        builder.run(step)
    return builder.model(graph)


def of_call(keras, scope, what, tensors):
    """A graph of one operation, all of whose outputs are the model's."""
    names = list('xyzuv'[:len(tensors)])
    graph = {'inputs': dict(zip(names, tensors)),
             'steps': [['s0', what, names]], 'outputs': 's0'}
    builder = Builder(keras, scope, graph['inputs'])
    builder.run(graph['steps'][0])
    many = len(builder.tensors['s0'])
    if many > 1:
        graph['outputs'] = ['s0.%d' % i for i in range(many)]
    return graph


# --- Operations on what there is ---------------------------------------------

class OnGraph(operations.Call):
    """An operation whose tensors are some of a graph's."""
    def __init__(self, d, there):
        operations.Call.__init__(self, d)
        self.there, self.names = there, []

    def one(self, shape, dtype=None):
        fit = [t for t in self.there if not self.names or
               len(t[1]) == len(shape)]
        if not fit or len(self.names) == 5:
            raise ValueError('no tensor fits')
        one = fit[-1] if self.d.chance(.6) else self.d.pick(fit)
        self.names.append(one[0])
        self.tensors.append(list(one[1:]))
        return 'xyzuv'[len(self.names) - 1]


def draw_operation(d, builder, tensors):
    """(text, names) of an operation on some of the tensors."""
    there = [(t, list(builder.tensor(t).shape), builder.tensor(t).dtype)
             for t in tensors]
    call = OnGraph(d, there)
    name = d.pick(sorted(operations.TABLE))
    return operations.draw(call, name), call.names


# --- Drawing -----------------------------------------------------------------

def draw_inputs(d, depth):
    out = {}
    for i in range(d.pick([1, 1, 1, 2, 3])):
        rank = d.pick([1, 1, 2, 2, 2, 3])
        shape = [d.batch()] + [d.pick([None, 4, 6, 8]) if d.chance(.2) else
                               d.pick([2, 4, 6, 8]) for _ in range(rank)]
        out['%s%d' % (d.pick(['in', 'a', 'image', 'z']), i)] = [
            shape, d.pick(['float32'] * 6 + ['int32', 'float16'])]
    return out


def draw_what(d, layers, names, depth, keras, scope):
    """(what, how many tensors, their rank if it matters)."""
    kind = d.r.random()
    if kind < .15:
        return d.pick(ELEMENTWISE), 1, None
    if kind < .28:
        return d.pick(SHAPING), 1, None
    if kind < .38:
        return d.pick(BINARY), 2, None
    if kind < .46 and names:
        name = d.pick(sorted(names))
        shape = names[name].input_shape if isinstance(
            getattr(names[name], 'input_shape', None), tuple) else ()
        return 'again ' + name, 1, len(shape)
    if kind < .54 and depth < 3:
        inner = draw_graph(d, layers, keras, scope, depth + 1)
        return inner, len(inner['inputs']), len(
            list(inner['inputs'].values())[0][0])
    name = d.pick(LAYERS)
    if d.chance(.1):
        name = d.pick(sorted(set(draw.TABLE) - set(draw.TENSORFLOW) -
                             {'InputLayer', 'Pipeline'}))
    what, inputs = draw.layer(d, layers, name, 0)
    if not inputs or len(inputs[0][0]) < 2:
        return draw_what(d, layers, names, depth, keras, scope)
    return what, d.pick([2, 2, 3]) if name in MERGING else 1, \
        None if name in MERGING else len(inputs[0][0])


def draw_outputs(d, tensors):
    some = [d.pick(tensors) for _ in range(d.pick([1, 1, 1, 2, 3]))]
    some[0] = tensors[-1]
    if len(some) > 1 and d.chance(.3):
        return {d.pick(['b', 'a', 'out', 'z']) + str(i): t
                for i, t in enumerate(some)}
    if len(some) > 2 and d.chance(.3):
        return [some[0], some[1:]]
    return some[0] if len(some) == 1 and d.chance(.7) else some


KEYWORDS = {        # arguments of tensors, by class: of any rank, of a dtype
    'MultiHeadAttention': ['query', 'value', 'key', 'attention_mask'],
    'GroupedQueryAttention': ['query', 'value', 'key', 'attention_mask'],
    'LSTM': [None, 'mask'], 'GRU': [None, 'mask'], 'Attention': None,
    'BatchNormalization': [None, 'mask'], 'Softmax': [None, 'mask'],
    'TimeDistributed': [None, 'mask'], 'Bidirectional': [None, 'mask'],
    'GlobalAveragePooling1D': [None, 'mask'], 'SimpleRNN': [None, 'mask'],
}
TRAINED = ['Dropout', 'BatchNormalization', 'LSTM', 'GaussianNoise', 'GRU',
           'MultiHeadAttention', 'Bidirectional', 'Sequential']


def draw_arguments(d, what, count):
    """Puts arguments by name into the call of a layer; how many tensors."""
    names = KEYWORDS.get(what['class'])
    if names and d.chance(.3):
        what['named'] = names[:d.size(2, len(names))]
        count = len(what['named'])
    if what['class'] in TRAINED and d.chance(.15):
        what['call'] = {'training': d.pick(['True', 'False', 'None'])}
    if what['class'] in ('MultiHeadAttention', 'GroupedQueryAttention') and \
            d.chance(.4):
        what['call'] = {'use_causal_mask': 'True'}
        if d.chance(.3):
            what['call']['return_attention_scores'] = 'True'
    return count


def draw_step(d, layers, builder, tensors, depth, keras, scope):
    """(what, tensors) of a step; None if nothing fits."""
    if d.chance(.3):
        return draw_operation(d, builder, tensors)
    what, count, rank = draw_what(d, layers, builder.made, depth, keras, scope)
    if isinstance(what, dict) and 'class' in what:
        count = draw_arguments(d, what, count)
    if isinstance(what, dict) and 'steps' in what and depth < 2 and \
            len(what['inputs']) == 1 and d.chance(.2):
        what['within'] = 'keras.layers.TimeDistributed(model)'
        rank += 1
    fit = [t for t in tensors if rank is None or
           len(builder.tensor(t).shape) == rank]
    if not fit:
        return None
    names = [fit[-1] if d.chance(.7) else d.pick(fit) for _ in range(count)]
    if isinstance(what, dict) and what.get('class') in MERGING[:5] and \
            d.chance(.1):
        shape = [n or 1 for n in builder.tensor(names[-1]).shape]
        what['constants'] = ['np.ones(%s, "float32")' % (tuple(shape),)]
    return what, names


def draw_graph(d, layers, keras, scope, depth=0):
    graph = {'inputs': draw_inputs(d, depth), 'steps': []}
    builder = Builder(keras, scope, graph['inputs'])
    tensors = list(graph['inputs'])
    for i in range(d.size(1, 4) if depth else d.size(2, 10)):
        try:
            found = draw_step(d, layers, builder, tensors, depth, keras, scope)
            if found is None:
                continue
            step = ['s%d' % i, found[0], found[1]]
            builder.run(step)
        except Exception:
            continue
        graph['steps'].append(step)
        n = len(builder.tensors[step[0]])
        tensors += [step[0] + ('.%d' % k if k else '') for k in range(n)]
    graph['outputs'] = draw_outputs(d, tensors)
    names = list(graph['inputs'])
    if len(names) > 1 and d.chance(.3):
        d.r.shuffle(names)
        graph['order'] = names
    if d.chance(.15):
        graph['by_name'] = True
    elif d.chance(.15):
        graph['structure'] = d.pick(['list', 'dict'])
    if d.chance(.1):
        graph['name'] = 'inner'
    if d.chance(.1) and builder.made:
        graph['frozen'] = [d.pick(sorted(builder.made))]
    if d.chance(.05):
        graph['trainable'] = False
    return graph


# --- Shrinking ---------------------------------------------------------------

def simpler(graph):
    for key in ('order', 'by_name', 'name', 'frozen', 'trainable', 'structure',
                'within'):
        if key in graph:
            yield {k: v for k, v in graph.items() if k != key}
    outputs = graph['outputs']
    for one in outputs.values() if isinstance(outputs, dict) else \
            outputs if isinstance(outputs, list) else []:
        yield dict(graph, outputs=one)
    for i, (name, what, names) in enumerate(graph['steps']):
        rest = graph['steps'][:i] + graph['steps'][i + 1:]
        yield dict(graph, steps=rest)
        yield dict(graph, steps=rest, outputs=renamed(outputs, name, names[0]))
        for k in range(i, len(rest)):
            if name in str(rest[k]):
                yield dict(graph, steps=[
                    [n, w, [renamed(t, name, names[0]) for t in ts]]
                    for n, w, ts in rest],
                    outputs=renamed(outputs, name, names[0]))
                break
        yield dict(graph, outputs=name)
        if isinstance(what, dict):
            for key in ('named', 'call', 'constants'):
                if key in what:
                    less = {k: v for k, v in what.items() if k != key}
                    yield dict(graph, steps=graph['steps'][:i] +
                               [[name, less, names]] + graph['steps'][i + 1:])
            for less in simpler(what) if 'steps' in what else \
                    draw.smaller(what):
                yield dict(graph, steps=graph['steps'][:i] +
                           [[name, less, names]] + graph['steps'][i + 1:])
    for name in graph['inputs']:
        if len(graph['inputs']) > 1:
            yield dict(graph, inputs={k: v for k, v in
                                      graph['inputs'].items() if k != name})


def renamed(outputs, old, new):
    if isinstance(outputs, dict):
        return {k: renamed(v, old, new) for k, v in outputs.items()}
    if isinstance(outputs, list):
        return [renamed(v, old, new) for v in outputs]
    return new if outputs.partition('.')[0] == old else outputs


def text(graph, margin=''):
    """The graph as a program, to be read."""
    lines = ['%s%s = Input(%s, %s)' % (margin, n, s, t)
             for n, (s, t) in graph['inputs'].items()]
    for name, what, names in graph['steps']:
        if isinstance(what, str):
            body = what
        elif 'steps' in what:
            body = 'Model\n' + text(what, margin + '    ') + '\n' + margin
        else:
            body = draw.text(what)
        lines.append('%s%s = %s on %s' % (margin, name, body,
                                          ', '.join(names)))
    rest = {k: v for k, v in graph.items() if k not in ('inputs', 'steps')}
    return '\n'.join(lines + ['%s%s' % (margin, rest)])
