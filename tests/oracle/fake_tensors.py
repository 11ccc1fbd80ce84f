"""The tensors of the fake backend: a shape and a dtype, no values."""
import builtins

import numpy as np

from keras.backend.common import floatx

_b = builtins


class Dim(object):
    """What TensorFlow 1 calls a Dimension."""

    def __init__(self, value):
        self._value = self.value = value

    def __int__(self):
        return self._value

    def __index__(self):
        return self._value

    def __eq__(self, other):
        return self._value == getattr(other, '_value', other)

    def __repr__(self):
        return '?' if self._value is None else str(self._value)


class TensorShape(list):
    ndims = property(lambda self: len(self))

    def as_list(self):
        return [d._value for d in self]


def _dim(d):
    if isinstance(d, Tensor):
        d = d.const
    if isinstance(d, Dim):
        d = d._value
    if d is None:
        return None
    return int(d)


def _dims(shape):
    if shape is None:
        return None
    if isinstance(shape, Tensor):
        if shape.const is not None:
            return tuple(_dim(d) for d in shape.const)
        n = shape.shape[0] if shape.shape else None
        return None if n is None else (None,) * n
    if isinstance(shape, (int, np.integer)):
        return (int(shape),)
    return tuple(_dim(d) for d in shape)


class Tensor(object):
    """A shape and a dtype. `const` carries the value of shape arithmetic."""
    __array_ufunc__ = None
    _uses_learning_phase = False
    count = 0

    def __init__(self, shape, dtype=None, const=None, name=None):
        Tensor.count += 1
        self.shape = _dims(shape)
        self.dtype = dtype or floatx()
        self.const = const
        self.name = (name or 'Tensor_%d' % Tensor.count) + ':0'
        self.op = self
        self.graph = None

    def get_shape(self):
        if self.shape is None:
            raise ValueError('unknown rank')
        return TensorShape(Dim(d) for d in self.shape)

    def set_shape(self, shape):
        shape = _dims(shape)
        if self.shape is None or len(self.shape) != len(shape):
            self.shape = shape
        else:
            self.shape = tuple(a if a is not None else b
                               for a, b in zip(self.shape, shape))

    @property
    def ndim(self):
        return None if self.shape is None else len(self.shape)

    def __repr__(self):
        return '<%s %s shape=%s>' % (type(self).__name__, self.name, self.shape)

    def __iter__(self):
        if not self.shape or self.shape[0] is None:
            raise TypeError('Tensor is not iterable')
        return iter([self[i] for i in range(self.shape[0])])

    def __bool__(self):
        return True

    def __getitem__(self, key):
        if self.shape is None:
            return Tensor(None, self.dtype)
        if not isinstance(key, tuple):
            key = (key,)
        const = None
        if isinstance(self.const, list) and len(key) == 1 \
                and isinstance(key[0], (int, _b.slice)):
            const = self.const[key[0]]
        named = _b.sum(1 for k in key if k is not None and k is not Ellipsis)
        rest = len(self.shape) - named
        out, axis, seen = [], 0, False
        for k in key:
            if k is None:
                out.append(1)
            elif k is Ellipsis:
                seen = True
                out += self.shape[axis:axis + rest]
                axis += rest
            elif isinstance(k, _b.slice):
                d = self.shape[axis]
                parts = [_dim(p) if p is not None else None
                         for p in (k.start, k.stop, k.step)]
                tens = [p for p in (k.start, k.stop, k.step)
                        if isinstance(p, Tensor) and p.const is None]
                if tens:
                    d = None
                elif d is not None:
                    d = len(range(*_b.slice(*parts).indices(d)))
                elif parts[1] is not None and parts[1] >= 0 and \
                        (parts[0] or 0) >= 0 and parts[2] in (None, 1):
                    d = None
                out.append(d)
                axis += 1
            elif isinstance(k, Tensor) and k.shape:
                out += k.shape
                axis += 1
            else:
                axis += 1
        if not seen:
            out += self.shape[axis:]
        return Tensor(out, self.dtype, const=const)

    def _bin(self, other, fn=None):
        r = _elem(self, other)
        a, b = self.const, getattr(other, 'const', other)
        if fn and isinstance(a, (int, type(None))) \
                and isinstance(b, (int, np.integer, type(None))) \
                and not isinstance(self, Variable):
            r.const = fn(a, b) if a is not None and b is not None else None
        return r

    __hash__ = object.__hash__


def _arith(name, fn):
    setattr(Tensor, '__%s__' % name, lambda a, b: a._bin(b, fn))
    setattr(Tensor, '__r%s__' % name,
            lambda a, b: a._bin(b, lambda x, y: fn(y, x)))


for _n, _f in [('add', lambda a, b: a + b), ('sub', lambda a, b: a - b),
               ('mul', lambda a, b: a * b), ('floordiv', lambda a, b: a // b),
               ('truediv', None), ('div', None), ('pow', None),
               ('mod', lambda a, b: a % b)]:
    _arith(_n, _f) if _f else (
        setattr(Tensor, '__%s__' % _n, lambda a, b: a._bin(b)),
        setattr(Tensor, '__r%s__' % _n, lambda a, b: a._bin(b)))
for _n in ('neg', 'abs', 'invert'):
    setattr(Tensor, '__%s__' % _n, lambda a: _like(a))
for _n in ('lt', 'le', 'gt', 'ge', 'and', 'or'):
    setattr(Tensor, '__%s__' % _n, lambda a, b: _elem(a, b, dtype='bool'))


class Variable(Tensor):
    constraint = None
    trainable = True
    value_given = None

    def assign(self, value):
        return self


def _shape_of(x):
    if isinstance(x, Tensor):
        return x.shape
    return tuple(np.shape(x))


def _dtype_of(x):
    return x.dtype if isinstance(x, Tensor) else None


def _like(x, dtype=None):
    return Tensor(_shape_of(x), dtype or _dtype_of(x))


def _broadcast(a, b):
    if a is None or b is None:
        return None
    n = _b.max(len(a), len(b))
    a, b = (1,) * (n - len(a)) + tuple(a), (1,) * (n - len(b)) + tuple(b)
    out = []
    for p, q in zip(a, b):
        if p == 1:
            out.append(q)
        elif q == 1:
            out.append(p)
        elif p is None:
            out.append(q)
        elif q is None or p == q:
            out.append(p)
        else:
            raise ValueError('shapes %s and %s do not broadcast' % (a, b))
    return tuple(out)


def _elem(*xs, **kw):
    shape, dtype = (), kw.get('dtype')
    for x in xs:
        shape = _broadcast(shape, _shape_of(x))
        dtype = dtype or _dtype_of(x)
    return Tensor(shape, dtype)
