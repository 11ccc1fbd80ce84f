"""Random calls of Keras 3's operations, for differential.py: each function of
keras.ops that can stand in a functional model, its options, ranks and dtypes.

`draw_call(d, name)` gives (text, [[shape, dtype], ...]): the text is of the
tensors x, y, z, u, v. TABLE[name] draws the arguments of a function.
"""
FLOATS = ['float32', 'float32', 'float32', 'float16', 'bfloat16', 'float64']
INTEGERS = ['int32', 'int32', 'int8', 'int16', 'int64', 'uint8', 'uint16',
            'uint32']
DTYPES = ['float32'] * 8 + FLOATS + INTEGERS + ['bool', 'uint64', 'complex64']
LETTERS = 'xyzuv'


class Call(object):
    """The tensors of a call, as they are drawn."""
    def __init__(self, d):
        self.d, self.tensors = d, []

    def one(self, shape, dtype=None):
        """A tensor of a shape: its letter."""
        self.tensors.append([list(shape), dtype or self.dtype()])
        return LETTERS[len(self.tensors) - 1]

    def dtype(self):
        return self.d.pick(DTYPES)

    def dims(self, rank=None, low=0, high=5):
        """A shape whose first is None mostly."""
        d = self.d
        rank = d.size(low, high) if rank is None else rank
        dims = [None if d.chance(.12) else d.pick([1, 2, 3, 4, 5, 6, 8])
                for _ in range(rank)]
        if dims and d.chance(.7):
            dims[0] = None
        return dims

    def any(self, rank=None, low=0, high=5, dtype=None):
        return self.one(self.dims(rank, low, high), dtype)

    def floats(self, rank=None, low=0, high=5):
        return self.any(rank, low, high, self.d.pick(FLOATS))

    def last(self):
        return self.tensors[-1][0]

    def rank(self):
        return len(self.last())

    def axis(self, more=0):
        """An axis of the last tensor, which seldom does not exist."""
        n = max(1, self.rank() + more)
        low, high = (-n, n - 1) if not self.d.chance(.03) else (-n - 1, n)
        return self.d.size(low, high)

    def axes(self):
        """What reductions take."""
        d = self.d
        kind = d.r.random()
        if kind < .2:
            return 'None'
        if kind < .6:
            return str(self.axis())
        n = d.size(0, max(1, self.rank()))
        some = [self.axis() for _ in range(n)]
        if not d.chance(.1):
            some = list(dict.fromkeys(some))
        return d.pick([str(tuple(some)), str(some)])

    def like(self, dtype=None):
        """Another that broadcasts with the last one, mostly."""
        d = self.d
        dims = [1 if d.chance(.15) else None if d.chance(.1) else n
                for n in self.last()]
        if d.chance(.2):
            dims = dims[d.size(0, len(dims)):]
        elif d.chance(.1):
            dims = [d.pick([None, 1, 2])] + dims
        if d.chance(.03) and dims:
            dims[d.r.randrange(len(dims))] = 7
        return self.one(dims, dtype or (self.tensors[-1][1] if d.chance(.5)
                                        else None))

    def array(self, shape, dtype=None):
        return 'np.ones(%s, "%s")' % (
            tuple(shape), dtype or self.d.pick(
                ['float32', 'int32', 'float64', 'bool', 'float16', 'uint8']))

    def operand(self):
        """What may stand beside a tensor: another, a number, an array."""
        d = self.d
        kind = d.r.random()
        if kind < .55:
            return self.like()
        if kind < .85:
            return d.pick(['2', '2.5', '-1', 'True', '0', '1e3', '2**40'])
        known = [n or 1 for n in self.last()]
        return self.array(known[d.size(0, len(known)):])

    def some(self, *options):
        """Options, each given or not: ('axis', 'text') or ('axis', draw)."""
        out = ''
        for key, values in options:
            if self.d.chance(.5):
                value = values() if callable(values) else self.d.pick(values)
                out += ', %s=%s' % (key, value)
        return out

    def format(self):
        return self.some(('data_format', ['None', '"channels_last"',
                                          '"channels_first"']))

    def tuple(self, n, values):
        if self.d.chance(.5):
            return str(self.d.pick(values))
        return str(tuple(self.d.pick(values) for _ in range(n)))


BOOL = ['True', 'False']
KEEP = ('keepdims', BOOL)
TYPE = ('dtype', ['"float16"', '"int32"', '"float64"', 'None', '"bool"',
                  '"uint8"', '"int64"', '"bfloat16"'])
TABLE = {}


def table(names, *more):
    """Gives several functions the same arguments."""
    def keep(draw):
        for name in names.split():
            TABLE[name] = draw
        return draw
    return keep


@table('abs absolute angle arccos arccosh arcsin arcsinh arctan arctanh '
       'bitwise_invert bitwise_not cbrt ceil conj conjugate copy corrcoef cos '
       'cosh deg2rad erf erfc erfinv exp exp2 expm1 fabs fliplr flipud floor '
       'hard_sigmoid hard_silu hard_swish hard_tanh i0 imag isfinite isinf '
       'isnan isneginf isposinf isreal log log10 log1p log2 log_sigmoid '
       'logical_not negative rad2deg real reciprocal relu relu6 rsqrt selu '
       'sigmoid sign signbit silu sin sinc sinh softplus softsign sparse_plus '
       'sparse_sigmoid sqrt square swish tan tanh tanh_shrink trunc ravel '
       'stop_gradient ndim size bartlett blackman hamming hanning nonzero '
       'view_as_real convert_to_numpy')
def unary(c):
    return c.any()


@table('celu elu')
def alpha(c):
    return c.any() + c.some(('alpha', ['0.5', '1.0', '2']))


@table('hard_shrink soft_shrink')
def threshold(c):
    return c.any() + c.some(('threshold', ['0.1', '1']))


@table('softmax log_softmax sparsemax argsort sort')
def along(c):
    return c.any() + c.some(('axis', c.axis))


@table('glu')
def glu(c):
    dims = c.dims(low=1)
    dims = [n * 2 if n else n for n in dims] if c.d.chance(.8) else dims
    return c.one(dims) + c.some(('axis', c.axis))


TABLE.update({
    'softmax': lambda c: c.any() + c.some(('axis', lambda: c.d.pick(
        [c.axis(), (c.axis(), c.axis()), 'None']))),
    'gelu': lambda c: c.any() + c.some(('approximate', BOOL)),
    'leaky_relu': lambda c: c.any() + c.some(('negative_slope', ['0.1'])),
    'squareplus': lambda c: c.any() + c.some(('b', ['2', '4.0'])),
    'threshold': lambda c: c.any() + c.d.pick([', 0.5, 1.0', ', 1, 2']),
    'round': lambda c: c.any() + c.some(('decimals', ['1', '-1', '0'])),
    'normalize': lambda c: c.any() + c.some(
        ('axis', c.axis), ('order', ['1', '2', '3']), ('epsilon', ['1e-6'])),
    'clip': lambda c: c.any() + c.d.pick(
        [', 0, 1', ', -1.5, 2', ', 0.0, 6', ', np.array(0), 5']),
    'nan_to_num': lambda c: c.any() + c.some(
        ('nan', ['1.0']), ('posinf', ['3', 'None']), ('neginf', ['-2'])),
    'tril': lambda c: c.any() + c.some(('k', ['1', '-2'])),
    'triu': lambda c: c.any() + c.some(('k', ['1', '-2'])),
    'cast': lambda c: c.any() + ', ' + c.d.pick(TYPE[1]),
    'saturate_cast': lambda c: c.any() + ', ' + c.d.pick(TYPE[1]),
    'convert_to_tensor': lambda c: c.any() + c.some(TYPE),
    'array': lambda c: c.any() + c.some(TYPE),
    'view': lambda c: c.any(low=1) + ', ' + c.d.pick(TYPE[1] + ['"int8"']),
    'zeros_like': lambda c: c.any() + c.some(TYPE),
    'ones_like': lambda c: c.any() + c.some(TYPE),
    'empty_like': lambda c: c.any() + c.some(TYPE),
    'full_like': lambda c: c.any() + ', ' + c.operand() + c.some(TYPE),
    'flip': lambda c: c.any() + c.some(('axis', c.axes)),
    'roll': lambda c: c.any() + ', ' + c.d.pick(['1', '-2', '(1, 2)']) +
    c.some(('axis', lambda: c.d.pick([c.axis(), (c.axis(), c.axis())]))),
})


@table('add arctan2 bitwise_and bitwise_left_shift bitwise_or '
       'bitwise_right_shift bitwise_xor divide divide_no_nan equal '
       'floor_divide fmax fmin fmod gcd greater greater_equal heaviside hypot '
       'lcm ldexp left_shift less less_equal logaddexp logaddexp2 logical_and '
       'logical_or logical_xor maximum minimum mod multiply nextafter '
       'not_equal power right_shift subtract true_divide allclose isclose')
def binary(c):
    x = c.any()
    y = c.operand()
    if c.d.chance(.2):
        x, y = y, x
    return x + ', ' + y


TABLE['isclose'] = lambda c: binary(c) + c.some(
    ('rtol', ['1e-3']), ('atol', ['0.1']), ('equal_nan', BOOL))


@table('all amax amin any argmax argmin logsumexp max mean median min '
       'nanargmax nanargmin nanmax nanmean nanmedian nanmin nanprod nanstd '
       'nansum nanvar prod ptp std sum var')
def reduction(c):
    return c.any() + c.some(('axis', c.axes), KEEP)


TABLE.update({
    'prod': lambda c: reduction(c) + c.some(TYPE),
    'max': lambda c: reduction(c) + c.some(('initial', ['0.0', '3'])),
    'min': lambda c: reduction(c) + c.some(('initial', ['0.0', '3'])),
    'count_nonzero': lambda c: c.any() + c.some(('axis', c.axes)),
    'norm': lambda c: c.any() + c.some(
        ('ord', ['None', '1', '2', '"fro"', '"nuc"', 'float("inf")', '3']),
        ('axis', c.axes), KEEP),
    'moments': lambda c: c.any() + ', ' + c.axes() + c.some(
        KEEP, ('synchronized', ['False'])),
    'average': lambda c: c.any() + c.some(
        ('axis', c.axis), ('weights', lambda: c.d.pick(
            [c.like(), c.array([c.last()[-1] or 1]) if c.last() else '1']))),
    'trapezoid': lambda c: c.any() + c.some(
        ('x', ['None']), ('dx', ['0.5']), ('axis', c.axis)),
})


@table('quantile nanquantile percentile nanpercentile')
def quantile(c):
    x = c.any()
    q = c.d.pick(['0.5', '[0.1, 0.5]', '[0.5]', '1', 'np.array([.1, .2, .3])',
                  '(0.1, 0.2)', 'np.array(0.5)'])
    return x + ', ' + q + c.some(
        ('axis', c.axes), ('method', ['"linear"', '"nearest"', '"lower"']),
        KEEP)


@table('cumsum cumprod nancumsum nancumprod')
def cumulative(c):
    return c.any() + c.some(('axis', c.axis), TYPE)


# --- Shapes ------------------------------------------------------------------

@table('reshape')
def reshape(c):
    d = c.d
    dims = c.dims()
    x = c.one(dims)
    known = 1
    for n in dims:
        known *= n or 1
    new, left = [], known
    for _ in range(d.size(0, 3)):
        n = d.pick([k for k in (1, 2, 3, 4, 6) if left % k == 0])
        new.append(n)
        left //= n
    new.append(left if d.chance(.8) else d.pick([3, 5]))
    d.r.shuffle(new)
    if d.chance(.8):
        if d.chance(.5) or None not in dims:
            new[d.r.randrange(len(new))] = -1
        else:
            new.insert(d.size(0, len(new)), -1)
    return x + ', ' + d.pick([str(tuple(new)), str(new)])


@table('transpose')
def transpose(c):
    x = c.any()
    order = list(range(c.rank()))
    c.d.r.shuffle(order)
    if c.d.chance(.2) and order:
        order[0] -= c.rank()
    return x + c.some(('axes', [str(tuple(order)), str(order), 'None']))


@table('squeeze')
def squeeze(c):
    dims = c.dims()
    dims = [1 if c.d.chance(.4) else n for n in dims]
    return c.one(dims) + c.some(('axis', lambda: c.d.pick(
        [c.axis(), c.axes(), tuple(i for i, n in enumerate(dims) if n == 1)])))


@table('moveaxis')
def moveaxis(c):
    x = c.any(low=1)
    if c.d.chance(.5):
        return '%s, %d, %d' % (x, c.axis(), c.axis())
    n = c.d.size(1, c.rank())
    a, b = list(range(c.rank())), list(range(c.rank()))
    c.d.r.shuffle(a)
    c.d.r.shuffle(b)
    return '%s, %s, %s' % (x, a[:n], c.d.pick([tuple, list])(b[:n]))


@table('broadcast_to')
def broadcast_to(c):
    x = c.any()
    shape = [(n or 4) if n != 1 else c.d.pick([1, 2, 3]) for n in c.last()]
    if c.d.chance(.3):
        shape = [c.d.pick([1, 2, 3])] + shape
    return x + ', ' + str(tuple(shape))


@table('pad')
def pad(c):
    d = c.d
    x = c.any()
    kind = d.r.random()
    if kind < .15:
        width = str(d.size(0, 3))
    elif kind < .3:
        width = d.pick(['(1, 2)', '[2, 1]', '((1, 2),)', '(3,)'])
    else:
        width = str(tuple((d.size(0, 2), d.size(0, 2))
                          for _ in range(c.rank())))
    return x + ', ' + width + c.some(('mode', [
        '"constant"', '"reflect"', '"symmetric"', '"edge"'])) + (
            ', constant_values=%s' % d.pick(['1', '0.5'])
            if d.chance(.2) else '')


@table('repeat')
def repeat(c):
    x = c.any()
    axis = c.some(('axis', c.axis))
    size = 4
    if axis:
        k = int(axis.split('=')[1])
        size = c.last()[k] if -c.rank() <= k < c.rank() else 4
    many = [c.d.size(0, 3) for _ in range(size or 1)]
    return x + ', ' + c.d.pick(['2', '3', '[2]', str(many), 'np.array(%s)' %
                                many, '1']) + axis


@table('tile')
def tile(c):
    x = c.any()
    n = max(0, c.rank() + c.d.pick([-1, 0, 0, 0, 1]))
    return x + ', ' + c.d.pick(
        ['2', str(tuple(c.d.size(1, 3) for _ in range(n))),
         str([c.d.size(1, 3) for _ in range(n)]), '[3]'])


@table('get_item')
def get_item(c):
    d = c.d
    x = c.any(low=1)
    key = []
    for n in c.last()[:d.size(0, c.rank())]:
        size = n or 4
        key.append(d.pick(
            [':', ':', str(d.size(-size, size - 1)), 'None',
             '%d:' % d.size(-size, size), ':%d' % d.size(-size - 1, size + 1),
             '%d:%d' % (d.size(-size, size), d.size(-size, size)),
             '::%d' % d.pick([-1, 2, -2, 3]),
             '%d::%d' % (d.size(0, size), d.pick([-1, 2, -2]))]))
    if d.chance(.25):
        key.insert(d.size(0, len(key)), '...')
    if not key:
        key = [d.pick([':', '...', 'None', '()', '0'])]
    return x, '[%s]' % ', '.join(key)


@table('take')
def take(c):
    x = c.any()
    indices = c.d.pick(['[0, 1]', '0', 'np.array([[0, 1]])', '-1', '(0, 1, 0)',
                        '[[0], [1]]', 'np.zeros((2, 3), "int32")',
                        'np.array([0, 1], "int64")', 'T'])
    axis = c.some(('axis', lambda: c.d.pick(['None', c.axis()])))
    if indices == 'T':
        indices = c.any(dtype=c.d.pick(INTEGERS))
    return x + ', ' + indices + axis


@table('take_along_axis')
def take_along_axis(c):
    x = c.any()
    axis = c.some(('axis', lambda: c.d.pick(['None', c.axis()])))
    if c.d.chance(.3):
        indices = c.array([n or 1 for n in c.last()], 'int32')
    else:
        indices = c.like(c.d.pick(INTEGERS))
    return x + ', ' + indices + axis


@table('where')
def where(c):
    x = c.any(dtype=c.d.pick(['bool', 'bool', 'float32', 'int32']))
    if c.d.chance(.04):
        return x
    return x + ', ' + c.operand() + ', ' + c.operand()


TABLE.update({
    'expand_dims': lambda c: c.any() + ', ' + str(c.d.pick(
        [c.axis(1), c.axis(1), (c.axis(2), c.axis(2)), [c.axis(1)]])),
    'swapaxes': lambda c: '%s, %d, %d' % (c.any(), c.axis(), c.axis()),
    'rot90': lambda c: c.any(low=2) + c.some(
        ('k', ['2', '3', '-1']), ('axes', [(0, 1), (1, 2), (-1, 0), (1, 0)])),
    'diff': lambda c: c.any() + c.some(('n', ['0', '1', '2', '4']),
                                       ('axis', c.axis)),
    'top_k': lambda c: c.any() + ', ' + c.d.pick(['1', '2', '3']) + c.some(
        ('sorted', BOOL)),
    'one_hot': lambda c: c.any(dtype=c.d.pick(INTEGERS)) + ', 4' + c.some(
        ('axis', lambda: c.axis(1)), TYPE),
    'multi_hot': lambda c: c.any(dtype=c.d.pick(INTEGERS)) + ', 4' + c.some(
        ('axis', lambda: c.axis(1)), TYPE),
    'slice': lambda c: '%s, %s, %s' % (
        c.any(low=1), tuple(c.d.size(0, 1) for _ in c.last()),
        tuple(c.d.pick([1, 2, -1]) for _ in c.last())),
    'slice_update': lambda c: '%s, %s, %s' % (
        c.any(low=1), tuple(0 for _ in c.last()), c.like()),
    'select': lambda c: '[%s], [%s]' % (c.any(dtype='bool'), c.like()) +
    c.some(('default', ['1', '0.5'])),
})


# --- Joining and splitting ---------------------------------------------------

def joined(c, axis, low=0):
    """A list of tensors that differ along an axis only, mostly."""
    d = c.d
    first = c.any(low=low)
    out = [first]
    dims, dtype = list(c.tensors[-1][0]), c.tensors[-1][1]
    for _ in range(d.size(0, 2)):
        other = [None if n is not None and d.chance(.06) else n for n in dims]
        if axis is not None and -len(dims) <= axis < len(dims):
            other[axis] = d.pick([1, 2, 3, dims[axis]])
        if d.chance(.1):
            out.append(c.array([n or 1 for n in other]))
        else:
            out.append(c.one(other, dtype if d.chance(.7) else None))
    d.r.shuffle(out)
    return '[%s]' % ', '.join(out)


@table('concatenate')
def concatenate(c):
    axis = c.d.pick([0, -1, 1, 2, -2])
    return joined(c, axis, 1) + (', axis=%d' % axis if axis or
                                 c.d.chance(.5) else '')


@table('hstack vstack dstack')
def stacks(c):
    return joined(c, c.d.pick([0, 1, 2, None]))


@table('split array_split')
def split(c):
    x = c.any(low=1)
    axis = c.axis()
    size = c.last()[axis] if -c.rank() <= axis < c.rank() else 4
    parts = [k for k in (1, 2, 3, 4) if not size or size % k == 0]
    what = c.d.pick([str(c.d.pick(parts)), '2', '3', '[1, 2]', '(1,)', '[2]',
                     '[1, 3, 5]', 'np.array([1])', '[]', '[-1]'])
    return x + ', ' + what + (', axis=%d' % axis)


TABLE.update({
    'stack': lambda c: joined(c, None) + c.some(('axis', lambda: c.axis(1))),
    'append': lambda c: joined(c, None)[1:-1] + c.some(('axis', c.axis)),
    'hsplit': lambda c: c.any(low=1) + c.d.pick([', 2', ', [1]', ', 1']),
    'vsplit': lambda c: c.any(low=1) + c.d.pick([', 2', ', [1]', ', 1']),
    'dsplit': lambda c: c.any(low=2) + c.d.pick([', 2', ', [1]', ', 1']),
    'unstack': lambda c: c.any(low=1) + c.some(
        ('num', lambda: c.last()[0] or 2), ('axis', c.axis)),
    'meshgrid': lambda c: ', '.join(
        c.any(1 if c.d.chance(.8) else None) for _ in range(c.d.size(1, 3))) +
    c.some(('indexing', ['"ij"', '"xy"'])),
})


# --- Products ----------------------------------------------------------------

@table('matmul')
def matmul(c):
    d = c.d
    n = d.pick([2, 3, 4, None])
    a, b = c.dims(low=0, high=3) + [n], c.dims(low=0, high=2)
    if d.chance(.6):
        b = a[:-2][d.size(0, max(0, len(a) - 2)):]
        b = [1 if d.chance(.2) else k for k in b]
    b = b + [n, d.pick([None, 1, 4, 5])] if d.chance(.85) else [n]
    if d.chance(.1):
        b = [k or 1 for k in b]
        pair = [c.one(a), c.array(b)]
    else:
        pair = [c.one(a), c.one(b)]
    return ', '.join(pair)


@table('dot inner')
def dot(c):
    n = c.d.pick([2, 3, None])
    a = c.one(c.dims(low=0, high=3) + [n])
    rest = c.dims(low=0, high=2)
    kind = c.d.r.random()
    if kind < .1:
        return a + ', 2.5'
    b = rest + [n, c.d.pick([1, 4])] if kind < .6 else rest + [n]
    return a + ', ' + (c.one(b) if c.d.chance(.8) else
                       c.array([k or 1 for k in b]))


@table('tensordot')
def tensordot(c):
    d = c.d
    a = c.dims(low=0, high=4)
    n = d.size(0, min(2, len(a)))
    b = a[len(a) - n:] + c.dims(low=0, high=2)
    pair = '%s, %s' % (c.one(a), c.one(b))
    axes = d.pick([str(n), str(n), '[%s, %s]' % (
        list(range(len(a) - n, len(a))), list(range(n))), '(-1, 0)', '[1, 0]',
        '[[-1], [0]]', '([0], [0])'])
    return pair + d.pick([', axes=' + axes] * 4 + [''])


@table('einsum')
def einsum(c):
    d = c.d
    size = {k: d.pick([None, 1, 2, 3, 4]) for k in 'abcdef'}
    front = c.dims(low=0, high=2) if d.chance(.5) else None
    terms, operands = [], []
    for _ in range(d.size(1, 3)):
        term = [d.pick('abcdef') for _ in range(d.size(0, 3))]
        if not d.chance(.05):
            term = list(dict.fromkeys(term))
        dims = [1 if d.chance(.05) else size[k] for k in term]
        at = d.size(0, len(term))
        text = ''.join(term)
        if front is not None and d.chance(.8):
            mine = front[d.size(0, len(front)) if d.chance(.3) else 0:]
            dims = dims[:at] + mine + dims[at:]
            text = text[:at] + '...' + text[at:]
        terms.append(text)
        operands.append(c.one(dims) if d.chance(.9) else
                        c.array([n or 1 for n in dims]))
    rule = d.pick([',', ', ']).join(terms)
    if d.chance(.8):
        letters = sorted(set(rule) - set(',. '))
        d.r.shuffle(letters)
        out = ''.join(letters[:d.size(0, len(letters))])
        if front is not None and d.chance(.9):
            at = d.size(0, len(out))
            out = out[:at] + '...' + out[at:]
        rule += d.pick(['->', ' -> ']) + out
    return '"%s", %s' % (rule, ', '.join(operands))


def draw(c, name):
    """The text of a call."""
    c.name = name
    c.verb = 'cropping' if 'crop' in name else 'padding'
    found = TABLE[name](c)
    if isinstance(found, tuple):                # x[...]
        return ''.join(found)
    where = '' if name.startswith('keras.') else 'ops.'
    return '%s%s(%s)' % (where, name, found)


def draw_call(d, name):
    """(text, [[shape, dtype], ...])."""
    c = Call(d)
    return draw(c, name), c.tensors
