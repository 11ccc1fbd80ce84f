"""What a Keras of any era knows of a model: layers, shapes, weights, totals.

`facts(era, keras, model)` gives the dict, `dump(facts)` its text, one layer a
line. Layers stand in the order of the rows of Keras's own table. A call is a
list of its inputs, each [layer, call, tensor] or [layer, call, tensor,
argument] if passed by name; `call` counts the calls within this model. A
nested model has its own rows in `layers`, without their weights, which its
own row lists.
"""
import json


def flat(x):
    if isinstance(x, dict):
        return [t for k in sorted(x) for t in flat(x[k])]
    if isinstance(x, (list, tuple)):
        return [t for y in x for t in flat(y)]
    return [] if x is None else [x]


def dtype_of(x):
    d = getattr(x, 'dtype', None)
    name = getattr(d, 'name', None) or (str(d) if d else None)
    return name.replace('_ref', '') if name else None    # TensorFlow 1


def tensor(t):
    shape = t._keras_shape if hasattr(t, '_keras_shape') else t.shape
    if hasattr(shape, 'as_list'):
        shape = None if shape.rank is None else shape.as_list()
    return {'shape': None if shape is None else
            [None if d is None else int(d) for d in shape],
            'dtype': dtype_of(t)}


# --- The graph -------------------------------------------------------------

def by_depth(model):
    for owner in (model, getattr(model, '_functional', None),
                  getattr(model, 'model', None)):
        for name in ('_nodes_by_depth', 'nodes_by_depth'):
            found = getattr(owner, name, None)
            if found:
                return found
    return None


def nodes_of(layer, mine):
    nodes = getattr(layer, '_inbound_nodes', None)
    if nodes is None:
        nodes = getattr(layer, 'inbound_nodes', [])
    return [n for n in nodes if mine is None or id(n) in mine]


def node_outputs(node):
    out = getattr(node, 'output_tensors', None)
    return flat(out if out is not None else node.outputs)


def is_symbolic(t):
    return hasattr(t, '_keras_history')


def sources(node):
    """(layer, its node, tensor index, argument or None) of each input."""
    if hasattr(getattr(node, 'arguments', None), 'kwargs'):     # Keras 3
        names = [None for t in flat(node.arguments.args) if is_symbolic(t)]
        kwargs = node.arguments.kwargs
        names += [k for k in sorted(kwargs) for t in flat(kwargs[k])
                  if is_symbolic(t)]
        for t, name in zip(node.input_tensors, names):
            h = t._keras_history
            yield (h.operation, h.operation._inbound_nodes[h.node_index],
                   h.tensor_index, name)
    elif hasattr(node, 'iterate_inbound'):          # tf-keras, Keras 2.4 on
        kwargs = getattr(node, 'call_kwargs', {}) or {}
        named = {id(t): k for k, v in kwargs.items() for t in flat(v)}
        for layer, i, k, t in node.iterate_inbound():
            yield layer, layer._inbound_nodes[i], k, named.get(id(t))
    else:
        for layer, i, k in zip(node.inbound_layers, node.node_indices,
                               node.tensor_indices):
            yield layer, nodes_of(layer, None)[i], k, None


def origin(t, mine):
    """[layer, call, tensor] that made the tensor."""
    layer, node, k = t._keras_history[:3]
    among = nodes_of(layer, mine)
    made = nodes_of(layer, None)[node]
    return [layer.name, among.index(made) if made in among else -1, int(k)]


def calls(layer, mine):
    out = []
    for node in nodes_of(layer, mine):
        row = []
        for source, other, k, argument in sources(node):
            among = nodes_of(source, mine)
            i = among.index(other) if other in among else -1
            row.append([source.name, i, k] + ([argument] if argument else []))
        out.append(row)
    return out


# --- Rows ------------------------------------------------------------------

def size(shape):
    n = 1
    for d in shape:
        n *= int(d)
    return n


def weight(w, trainable):
    path = getattr(w, 'path', None) or w.name
    name = path.split('/')[-1].split(':')[0]
    shape = w.shape.as_list() if hasattr(w.shape, 'as_list') else w.shape
    return {'name': name, 'path': path, 'shape': [int(d) for d in shape],
            'dtype': dtype_of(w), 'trainable': trainable}


def without_plain_path(w, layer):
    """A path is given only if it is not LAYER/NAME, and in Keras 3 only."""
    plain = '%s/%s' % (layer.name, w['name'])
    if w['path'] == plain or ':' in w['path'] or not hasattr(layer, 'path'):
        del w['path']
    return w


def count(ws):
    return sum(size(w['shape']) for w in ws)


def weight_bytes(ws):
    import numpy as np
    known = {'bfloat16': 2}
    return sum(size(w['shape']) *
               (known.get(w['dtype']) or np.dtype(w['dtype']).itemsize)
               for w in ws)


def row(layer, mine, with_weights):
    if not hasattr(layer, 'count_params'):                 # an operation
        one = {'name': layer.name, 'class_name': type(layer).__name__,
               'is_operation': True}
        ws = []
    else:
        ids = {id(w) for w in layer.trainable_weights}
        own = layer.weights if hasattr(layer, 'weights') else \
            layer.trainable_weights + layer.non_trainable_weights   # 1.0.3
        ws = [weight(w, id(w) in ids) for w in own]
        one = {'name': layer.name, 'class_name': type(layer).__name__,
               'trainable': bool(getattr(layer, 'trainable', True))}
    nodes = nodes_of(layer, mine)
    one['outputs'] = [tensor(t) for t in node_outputs(nodes[0])] \
        if nodes else None
    if len({json.dumps([tensor(t) for t in node_outputs(n)])
            for n in nodes}) > 1:
        one['all_outputs'] = [[tensor(t) for t in node_outputs(n)]
                              for n in nodes]
    one['calls'] = calls(layer, mine)
    if hasattr(layer, 'count_params') and not layer.built and \
            (not ws or hasattr(layer, 'path')):         # Keras 3 refuses
        one.update(built=False, params=None, trainable_params=None,
                   non_trainable_params=None)
    else:
        yes = count([w for w in ws if w['trainable']])
        params = int(layer.count_params()) \
            if hasattr(layer, 'count_params') else 0
        one.update(params=params, trainable_params=yes,
                   non_trainable_params=params - yes)
    if with_weights:
        one['weights'] = [without_plain_path(w, layer) for w in ws]
    inner = getattr(layer, 'layers', None)
    if inner and isinstance(inner, list) and by_depth(layer):
        one['layers'] = rows(layer, False)
    return one


def in_table(model):
    """What Keras's table shows, in its order."""
    if hasattr(model, '_operations') and type(model).__name__ != 'Sequential':
        return model._operations
    return model.layers


def nodes_in(model):
    depth = by_depth(model)
    return {id(n) for v in depth.values() for n in v} if depth else None


def rows(model, with_weights):
    mine = nodes_in(model)
    return [row(l, mine, with_weights) for l in in_table(model)]


def label(era, keras):
    if era == 'tf-keras':
        return 'tf-keras ' + keras.__version__
    if era == '3':
        return 'keras %s %s' % (keras.__version__, keras.backend.backend())
    return 'keras ' + keras.__version__


def attribute(model, name):
    try:
        return getattr(model, name)
    except (AttributeError, ValueError, RuntimeError):
        return None


def facts(era, keras, model, with_weights=True):
    seen, totals = set(), {}
    for name in ('trainable_weights', 'non_trainable_weights'):
        for w in attribute(model, name) or []:
            if id(w) not in seen:
                seen.add(id(w))
                totals.setdefault(name, []).append(weight(w, True))
    yes = totals.get('trainable_weights', [])
    no = totals.get('non_trainable_weights', [])
    out = {'oracle': label(era, keras), 'name': model.name,
           'class_name': type(model).__name__}
    for name in ('inputs', 'outputs'):
        found = flat(attribute(model, name))
        out[name] = [tensor(t) for t in found] if found else None
        if found and all(hasattr(t, '_keras_history') for t in found):
            out[name[:-1] + '_layers'] = [origin(t, nodes_in(model))
                                          for t in found]
    out['layers'] = rows(model, with_weights)
    out['totals'] = {'params': count(yes) + count(no),
                     'trainable_params': count(yes),
                     'non_trainable_params': count(no),
                     'weight_bytes': weight_bytes(yes + no)}
    optimizer = getattr(model, 'optimizer', None)
    if era == '3' and optimizer is not None and optimizer.built:
        ws = [weight(w, True) for w in optimizer.variables]
        out['optimizer'] = {'class_name': type(optimizer).__name__,
                            'params': count(ws), 'bytes': weight_bytes(ws)}
    return out


def dump(found):
    """JSON with a line for each layer, so that changes can be read."""
    compact = {'separators': (',', ':')}
    head = {k: v for k, v in found.items() if k != 'layers'}
    text = json.dumps(head, **compact)[:-1] + ',"layers":[\n'
    return text + ',\n'.join(json.dumps(l, **compact)
                             for l in found['layers']) + '\n]}\n'
