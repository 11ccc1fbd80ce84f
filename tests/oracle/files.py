"""Writes model files of an era, and NAME.facts.json beside each.

    files.py ERA OUT [NAME ...]     writes the models below: 3, tf-keras, 2.12
    files.py facts FILE ...         only the facts, of files that are there

The facts come from two sources that know nothing of netweight: the model in
memory, before it is saved, and h5py's listing of the file. `weights` of a
layer are [shape, dtype], sorted; `differs` names the layers that a config
which was patched disagrees about; `held` is what the file holds of an
optimizer; `stored` are the bytes of datasets in the file.
"""
import io
import json
import os
import sys
import warnings
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

WEIGHTS = 'model.weights.h5'


# --- h5py's listing ---------------------------------------------------------

def dtype_of(dataset):
    said = dataset.attrs.get('dtype')
    return said if isinstance(said, str) else str(dataset.dtype)


def whose(path):
    if path.startswith(('optimizer/', 'optimizer_weights/')):
        return 'optimizer'
    if path.startswith('metrics/') or 'generator/vars/' in path:
        return 'other'
    return 'weights'


def listing(f):
    """What an h5py.File holds: bytes and elements of each part."""
    found = {}

    def visit(path, o):
        if hasattr(o, 'shape') and hasattr(o, 'dtype'):
            one = found.setdefault(whose(path), {'stored': 0, 'params': 0,
                                                 'bytes': 0, 'all': []})
            size = 1
            for d in o.shape:
                size *= int(d)
            one['stored'] += int(o.id.get_storage_size())
            one['params'] += size
            one['bytes'] += size * o.dtype.itemsize
            one['all'].append([path, list(o.shape), dtype_of(o)])
    f.visititems(visit)
    return found


def keras_version(attributes):
    v = attributes.get('keras_version')
    return v.decode() if isinstance(v, bytes) else v


def open_h5(path):
    """(h5py.File, Keras's version, kind) of a .keras or .h5 file."""
    import h5py
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as z:
            version = json.loads(z.read('metadata.json'))['keras_version']
            if WEIGHTS not in z.namelist():
                return None, version, 'keras'
            data = z.read(WEIGHTS)
        try:
            return h5py.File(io.BytesIO(data)), version, 'keras'
        except OSError:
            return None, version, 'keras'
    f = h5py.File(path)
    whole = 'model_config' in f.attrs
    return f, keras_version(f.attrs), 'h5' if whole else 'weights.h5'


def layers_of_listing(f):
    """Of a file of weights alone: the layers at the top, by its own names."""
    names = {}
    if 'layer_names' in f.attrs:
        for n in f.attrs['layer_names']:
            names[n.decode() if isinstance(n, bytes) else str(n)] = None
        top = {n: f[n] for n in names}
    else:
        for key in ('layers', '_layer_checkpoint_dependencies'):
            if key in f:
                top = {g.get('vars').attrs.get('name', k)
                       if 'vars' in g else k: g for k, g in f[key].items()}
                break
        else:
            top = {g['vars'].attrs.get('name', k) if 'vars' in g else k: g
                   for k, g in f.items() if k not in ('vars', 'optimizer')}
            if len(f.get('vars', ())):
                top[f['vars'].attrs.get('name', 'weights')] = f['vars']
    return [{'name': str(n), 'weights': weights_of_group(g)}
            for n, g in top.items()]


def weights_of_group(group):
    all_of_it = [o for one in listing(group).values() for o in one['all']]
    return sorted([shape, dtype] for _, shape, dtype in all_of_it)


def facts_of_file(path):
    f, version, kind = open_h5(path)
    out = {'kind': kind, 'bytes': os.path.getsize(path),
           'keras_version': version}
    try:
        found = listing(f) if f is not None else None
    except RuntimeError:                # its structure is broken
        found = None
    if found is not None:
        for part in ('weights', 'optimizer', 'other'):
            if part in found and not deflated(path):
                out.setdefault('stored', {})[part] = found[part]['stored']
        if 'optimizer' in found:
            out['held'] = {k: found['optimizer'][k]
                           for k in ('params', 'bytes')}
        out['totals'] = {k: found['weights'][k] for k in ('params', 'bytes')}
        if kind == 'weights.h5':
            out['layers'] = layers_of_listing(f)
    return out


def deflated(path):
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as z:
        return any(i.compress_type for i in z.infolist())


# --- the model in memory ----------------------------------------------------

CUSTOM = ('Scale', 'Nothing', 'Block', 'Cell', 'Net', 'Owner')


def facts_of_model(model):
    """A model of a class of its own is one layer."""
    import facts
    layers = []
    custom = type(model).__name__ in CUSTOM
    for layer in [model] if custom else model.layers:
        ws = [facts.weight(w, True) for w in layer.weights]
        layers.append({'name': layer.name,
                       'weights': sorted([w['shape'], w['dtype']] for w in ws)})
    ws = [facts.weight(w, True) for w in model.weights]
    return {'layers': layers,
            'from_file': [l.name for l in model.layers
                          if type(l).__name__ in CUSTOM],
            'totals': {'params': facts.count(ws),
                       'bytes': facts.weight_bytes(ws)}}


def write_facts(path, found):
    with open(path + '.facts.json', 'w', encoding='utf-8') as f:
        f.write(json.dumps(found, sort_keys=True) + '\n')
    print(path)


def fit(model, shape, target, **args):
    import numpy as np
    model.compile(loss='mse', **args)
    model.fit(np.zeros(shape), np.zeros(target), verbose=0)
    return model


# --- custom classes ---------------------------------------------------------

def classes(keras):
    """Classes that netweight can't know."""
    L = keras.layers

    class Scale(L.Layer):
        def build(self, shape):
            self.scale = self.add_weight(shape=(shape[-1],), name='scale')
            self.seen = self.add_weight(shape=(3,), name='seen',
                                        trainable=False)
            self.built = True

        def call(self, x):
            return x * self.scale

        def compute_output_shape(self, shape):
            return shape

    class Nothing(L.Layer):
        def call(self, x):
            return x

        def compute_output_shape(self, shape):
            return shape

    class Block(L.Layer):
        """Holds layers of its own."""
        def __init__(self, units, **args):
            super().__init__(**args)
            self.units = units
            self.first = L.Dense(units)
            self.rest = keras.Sequential([L.Dense(4), L.LayerNormalization()])

        def build(self, shape):
            self.first.build(shape)
            self.rest.build((shape[0], self.units))
            self.own = self.add_weight(shape=(2,), name='own')
            self.built = True

        def call(self, x):
            return self.rest(self.first(x))

        def compute_output_shape(self, shape):
            return tuple(shape[:-1]) + (4,)

        def get_config(self):
            return {**super().get_config(), 'units': self.units}

    class Cell(L.Layer):
        def __init__(self, units, **args):
            super().__init__(**args)
            self.units = self.state_size = self.output_size = units

        def build(self, shape):
            self.k = self.add_weight(shape=(shape[-1], self.units), name='k')
            self.built = True

        def call(self, x, states):
            y = x @ self.k
            return y, [y]

        def get_config(self):
            return {**super().get_config(), 'units': self.units}

    class Net(keras.Model):
        def __init__(self, **args):
            super().__init__(**args)
            self.first = L.Dense(3)
            self.last = L.Dense(2)

        def call(self, x):
            return self.last(self.first(x))

    class Owner(Net):
        """Has a weight beside those of its layers."""
        def build(self, shape):
            self.shift = self.add_weight(shape=(2,), name='shift')
            self.built = True

        def call(self, x):
            return super().call(x) + self.shift

    # Bidirectional makes its second layer from the first's config.
    keras.utils.get_custom_objects()['Cell'] = Cell
    return {c.__name__: c for c in (Scale, Nothing, Block, Cell, Net, Owner)}


# --- models -----------------------------------------------------------------

def models(era, keras):
    """(name, build, endings): how each is saved."""
    L, C = keras.layers, classes(keras)
    Input, Model = keras.Input, keras.Model
    both = ['.h5'] if era == '2.12' else ['.keras', '.h5']

    def custom():
        x = Input((4,), name='x')
        y = C['Scale'](name='sc')(x)
        y = C['Nothing'](name='no')(y)
        y = L.Dense(5, name='after')(y)
        inner = keras.Sequential([Input((5,)), C['Scale'](name='deep'),
                                  L.Dense(2)], name='inner')
        return Model(x, inner(y))

    def block():
        x = Input((4,), name='x')
        return Model(x, L.Dense(2)(C['Block'](6, name='blk')(x)))

    def wrapped():
        x = Input((3, 4), name='x')
        y = L.TimeDistributed(C['Scale'](), name='td')(x)
        y = L.Bidirectional(L.RNN(C['Cell'](2), return_sequences=True),
                            name='bi')(y)
        y = L.RNN([L.SimpleRNNCell(3), C['Cell'](2)], name='stack')(y)
        return Model(x, y)

    def compiled():
        m = keras.Sequential([Input((4,)), L.Dense(3), L.Dense(2)])
        return fit(m, (2, 4), (2, 2), optimizer='adam', metrics=['mae'])

    def momentum():
        m = keras.Sequential([Input((4,)), L.Dense(3)])
        return fit(m, (2, 4), (2, 3),
                   optimizer=keras.optimizers.SGD(momentum=.9))

    def mixed():
        return keras.Sequential([
            Input((4,)), L.Dense(3, dtype='mixed_bfloat16'),
            L.Dense(2, dtype='bfloat16'), L.Dense(2, dtype='float16'),
            L.Dropout(.5), L.BatchNormalization(dtype='float32')])

    def shared():
        x, one = Input((4,), name='x'), L.Dense(4, name='one')
        block = Model(x, one(one(x)), name='block')
        last = L.Dense(4, name='last')
        return Model(x, [block(x), block(last(block(last(x))))])

    def attention():
        x = Input((3, 4), name='x')
        y = L.MultiHeadAttention(2, 3, name='mha')(x, x)
        y = C['Nothing'](name='no')(y)
        y = L.MultiHeadAttention(2, 3, name='later')(y, y)
        return Model(x, L.LSTM(2, name='lstm')(y))

    def subclass(name='Net'):
        import numpy as np
        m = C[name](name=name.lower())
        m(np.zeros((1, 4), 'float32'))
        return m

    def quantised():
        m = keras.Sequential([Input((4,)), L.Dense(3), L.Embedding(5, 2)])
        m.quantize('int8')
        return m

    def compiled_only():
        m = keras.Sequential([Input((4,)), L.Dense(3)])
        m.compile('adam', 'mse')
        return m

    def operations():
        x = Input((4,), name='x')
        y = L.Add(name='layer')([x, x])
        y = keras.ops.add(y, x)
        y = keras.ops.reshape(y, (-1, 2, 2))
        y = L.Reshape((4,), name='reshaped')(y)
        y = keras.ops.softmax(y)
        y = L.Softmax(name='soft')(y)
        y = keras.ops.maximum(keras.ops.exp(y), L.Maximum()([y, x]))
        return Model(x, L.Dense(2)(y))

    def tiny():
        return keras.Sequential([Input((2,)), L.Dense(1)])

    yield 'custom', custom, both + ['.weights.h5']
    yield 'block', block, both
    yield 'wrapped', wrapped, both
    yield 'compiled', compiled, both
    yield 'momentum', momentum, both
    yield 'attention', attention, both
    yield 'shared', shared, both
    if era == '2.12':
        yield 'owner', lambda: subclass('Owner'), ['.weights.h5', '.weights-legacy.h5']
    if era == '3':
        yield 'tiny', tiny, both
        yield 'mixed', mixed, both
        yield 'subclass', subclass, both + ['.weights.h5']
        yield 'owner', lambda: subclass('Owner'), both + ['.weights.h5']
        yield 'quantised', quantised, both
        yield 'compiled_only', compiled_only, both
        yield 'operations', operations, both


# --- files made from files --------------------------------------------------

def rewrite_zip(path, to, change=None, method=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path) as z, zipfile.ZipFile(to, 'w', method) as out:
        for i in z.infolist():
            data = z.read(i.filename)
            if change:
                data = change(i.filename, data)
            if data is not None:
                info = zipfile.ZipInfo(i.filename, (1980, 1, 1, 0, 0, 0))
                info.compress_type = method
                out.writestr(info, data)


def other_units(text):
    """The config of a model whose second layer has a unit more."""
    config = json.loads(text)
    config['config']['layers'][1]['config']['units'] += 1
    return json.dumps(config)


def derived(out):
    """Files that Keras did not write as they are: (path, facts)."""
    import h5py
    here = os.path.join(out, 'compiled')
    facts = json.load(open(here + '.keras.facts.json'))

    def changed(path, **more):
        found = {**facts_of_file(path), **{k: facts[k] for k in
                                           ('layers', 'totals', 'class_name')},
                 **more}
        return path, found

    path = os.path.join(out, 'recompressed.keras')
    rewrite_zip(here + '.keras', path, method=zipfile.ZIP_DEFLATED)
    yield changed(path)

    path = os.path.join(out, 'patched.keras')
    rewrite_zip(here + '.keras', path, lambda name, data: other_units(
        data).encode() if name == 'config.json' else data)
    yield changed(path, layers=[], totals={}, differs=['dense', 'dense_1'])

    def damage(name, data):
        if name == WEIGHTS:
            at = data.index(b'TREE')
            data = data[:at] + b'TRUE' + data[at + 4:]
        return data
    path = os.path.join(out, 'damaged.keras')
    rewrite_zip(here + '.keras', path, damage)
    yield changed(path, damaged=True)

    path = os.path.join(out, 'without_weights.keras')
    rewrite_zip(here + '.keras', path,
                lambda name, data: None if name == WEIGHTS else data)
    yield changed(path, damaged=True)

    path = os.path.join(out, 'latest.h5')
    with h5py.File(here + '.h5') as f, \
            h5py.File(path, 'w', libver='latest') as to:
        copy_group(f, to)
    yield changed(path)

    path = os.path.join(out, 'patched.h5')
    with h5py.File(here + '.h5') as f, h5py.File(path, 'w') as to:
        copy_group(f, to)
        to.attrs['model_config'] = other_units(to.attrs['model_config'])
    yield changed(path, layers=[], totals={}, differs=['dense', 'dense_1'])

    path = os.path.join(out, 'split.h5')
    with h5py.File(here + '.h5') as f, h5py.File(path, 'w') as to:
        copy_group(f, to)
        split(to['model_weights'], 'layer_names')
        split(to['model_weights/dense'], 'weight_names')
    yield changed(path)


def copy_group(group, to):
    """With datasets that are compressed where they are not scalars."""
    import h5py
    for key, value in group.attrs.items():
        to.attrs[key] = value
    for key, o in group.items():
        if isinstance(o, h5py.Group):
            copy_group(o, to.create_group(key))
        else:
            more = {'compression': 'gzip', 'shuffle': True} if o.shape else {}
            new = to.create_dataset(key, data=o[()], **more)
            for name, value in o.attrs.items():
                new.attrs[name] = value


def split(group, name):
    values = group.attrs[name]
    del group.attrs[name]
    for i, value in enumerate(values):
        group.attrs['%s%d' % (name, i)] = [value]


def write_all(era, out, names):
    import oracle
    keras = oracle.load(era)
    for name, build, endings in models(era, keras):
        if names and name not in names:
            continue
        for ending in endings:
            oracle.fresh(keras)
            model = build()
            path = os.path.join(out, name + ending)
            if 'weights' in ending:
                model.save_weights(path)
                found = facts_of_file(path)
            else:
                model.save(path)
                found = {**facts_of_file(path), **facts_of_model(model),
                         'class_name': type(model).__name__}
            if 'held' in found:
                found['held']['class_name'] = type(model.optimizer).__name__
            write_facts(path, found)
    if era == '3' and (not names or 'derived' in names):
        for path, found in derived(out):
            if 'held' in found:
                found['held']['class_name'] = 'Adam'
            write_facts(path, found)


def main():
    warnings.filterwarnings('ignore')
    if sys.argv[1] == 'facts':
        for path in sys.argv[2:]:
            write_facts(path, facts_of_file(path))
        return
    os.makedirs(sys.argv[2], exist_ok=True)
    write_all(sys.argv[1], sys.argv[2], sys.argv[3:])


if __name__ == '__main__':
    main()
