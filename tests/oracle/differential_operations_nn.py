"""More of differential_operations.py: windows, images, linear algebra, signals,
losses, scattering, and activations that are operations.
"""
from differential_operations import (BOOL, FLOATS, INTEGERS, TABLE, TYPE,
                                     table)

PADDING = ('padding', ['"valid"', '"same"'])
OF_ACTIVATIONS = {
    'keras.activations.relu': lambda c: c.any() + c.some(
        ('negative_slope', ['0.1', '0']), ('max_value', ['None', '6', '1.5']),
        ('threshold', ['0.0', '1'])),
    'keras.activations.mish': lambda c: c.any(),
    'keras.activations.hard_sigmoid': lambda c: c.any(),
    'keras.activations.softmax': lambda c: c.any(low=1),
    'keras.quantizers.fake_quant_with_min_max_vars': lambda c: c.floats() +
    ', -1, 1' + c.some(('num_bits', ['4', '8']), ('narrow_range', BOOL),
                       ('axis', ['None', '-1'])),
    'keras.losses.mean_squared_error': lambda c: c.any() + ', ' + c.like(),
    'keras.losses.cosine_similarity': lambda c: c.any() + ', ' + c.like(),
    'keras.losses.huber': lambda c: c.any() + ', ' + c.like(),
    'keras.losses.kl_divergence': lambda c: c.any() + ', ' + c.like(),
    'keras.losses.binary_focal_crossentropy': lambda c: c.any() + ', ' +
    c.like(),
}
TABLE.update(OF_ACTIVATIONS)


TABLE.update({
    'outer': lambda c: c.any() + ', ' + c.d.pick([c.any(), '2.0']),
    'kron': lambda c: c.any(high=3) + ', ' + c.any(high=3),
    'vdot': lambda c: c.any() + ', ' + c.like(),
    'cross': lambda c: c.d.pick([
        lambda: c.one(c.dims(high=3) + [c.d.pick([3, 2, None])]) + ', ' +
        c.one(c.last()[:-1] + [c.d.pick([3, 2])]),
        lambda: c.one([3] + c.dims(high=2)) + ', ' + c.one(c.last()) +
        ', axis=0'])(),
    'cdist': lambda c: '%s, %s' % (
        c.one(c.dims(low=1, high=3) + [4]), c.one(c.last()[:-2] + [5, 4])),
    'correlate': lambda c: c.any(1) + ', ' + c.any(1) + c.some(
        ('mode', ['"full"', '"same"', '"valid"'])),
})


@table('dot_product_attention')
def dot_product_attention(c):
    d = c.d
    b, t, s, n, h = (d.pick([None, 1, 2]), d.pick([None, 3, 4]),
                     d.pick([None, 5, 4]), d.pick([2, 4]), d.pick([4, 8]))
    k = n if d.chance(.7) else 1
    kind = d.pick(FLOATS)
    out = '%s, %s, %s' % (c.one([b, t, n, h], kind), c.one([b, s, k, h], kind),
                          c.one([b, s, k, h if d.chance(.9) else 3], kind))
    if d.chance(.2):
        out += ', bias=' + c.one([b, n, t, s], kind)
    elif d.chance(.2):
        out += ', mask=' + c.one([b, n, t, s], 'bool')
    return out + c.some(('scale', ['0.5', 'None']), ('is_causal', BOOL))


# --- Windows -----------------------------------------------------------------

def images(c, n, low=2, high=12):
    """Sizes of the axes of n-dimensional images, mostly known."""
    return [None if c.d.chance(.12) else c.d.size(low, high)
            for _ in range(n)]


def laid_out(c, sizes, channels):
    """(shape, options) with channels where the data format has them."""
    batch = c.d.pick([None, None, 2])
    kind = c.d.pick(['', '', ', data_format="channels_last"',
                     ', data_format="channels_first"'])
    if 'first' in kind:
        return [batch, channels] + sizes, kind
    return [batch] + sizes + [channels], kind


def odd_rank(c, shape):
    return shape[:-1] if c.d.chance(.04) else shape


@table('conv')
def conv(c):
    d = c.d
    n, groups = d.size(1, 3), d.pick([1, 1, 1, 2])
    within = d.pick([1, 2, 3])
    shape, kind = laid_out(c, images(c, n), within * groups)
    kernel = [d.size(1, 3) for _ in range(n)] + [within, d.pick([2, 4])]
    x = c.one(odd_rank(c, shape))
    return kernels(c, x, kernel, n) + kind + c.some(
        ('dilation_rate', lambda: c.tuple(n, [1, 2])))


def kernels(c, x, shape, n):
    kernel = c.one(shape) if c.d.chance(.5) else c.array(shape, 'float32')
    return x + ', ' + kernel + c.some(
        ('strides', lambda: c.tuple(n, [1, 2, 3])),
        ('padding', PADDING[1] + (['"causal"'] if n == 1 else [])))


@table('depthwise_conv')
def depthwise_conv(c):
    n, channels = c.d.size(1, 2), c.d.size(1, 4)
    shape, kind = laid_out(c, images(c, n), channels)
    kernel = [c.d.size(1, 3) for _ in range(n)] + [channels, c.d.size(1, 3)]
    return kernels(c, c.one(odd_rank(c, shape)), kernel, n) + kind + c.some(
        ('dilation_rate', lambda: c.tuple(n, [1, 2])))


@table('separable_conv')
def separable_conv(c):
    n, channels, many = c.d.size(1, 2), c.d.size(1, 4), c.d.size(1, 3)
    shape, kind = laid_out(c, images(c, n), channels)
    x = c.one(odd_rank(c, shape))
    deep = c.array([c.d.size(1, 3) for _ in range(n)] + [channels, many])
    wide = c.array([1] * n + [channels * many, c.d.size(1, 5)])
    return '%s, %s, %s' % (x, deep, wide) + c.some(
        ('strides', lambda: c.tuple(n, [1, 2])), PADDING,
        ('dilation_rate', lambda: c.tuple(n, [1, 2]))) + kind


@table('conv_transpose')
def conv_transpose(c):
    n, channels = c.d.size(1, 3), c.d.size(1, 4)
    shape, kind = laid_out(c, images(c, n), channels)
    kernel = [c.d.size(1, 4) for _ in range(n)] + [c.d.size(1, 4), channels]
    return kernels(c, c.one(odd_rank(c, shape)), kernel, n) + kind + c.some(
        ('output_padding', lambda: c.d.pick(['None', '0', '1'])),
        ('dilation_rate', lambda: c.tuple(n, [1, 2])))


@table('max_pool average_pool')
def pool(c):
    n = c.d.size(1, 3)
    shape, kind = laid_out(c, images(c, n), c.d.size(1, 4))
    return c.one(odd_rank(c, shape)) + ', ' + c.tuple(n, [1, 2, 3]) + c.some(
        ('strides', lambda: c.d.pick([c.tuple(n, [1, 2, 3]), 'None'])),
        PADDING) + kind


@table('adaptive_max_pool adaptive_average_pool')
def adaptive_pool(c):
    n = c.d.size(1, 3)
    shape, kind = laid_out(c, images(c, n, 4), c.d.size(1, 4))
    return c.one(odd_rank(c, shape)) + ', ' + c.tuple(n, [1, 2, 4]) + kind


def image(c, low=8, channels=None):
    """One image or several, and the data format."""
    shape, kind = laid_out(c, images(c, 2, low, 16), channels or
                           c.d.pick([3, 3, 1, 4]))
    if c.d.chance(.25):
        shape = shape[1:]
    return c.one(odd_rank(c, shape), c.d.pick(FLOATS + ['uint8', 'int32'])), \
        kind


def some_image(function, more=lambda c: '', low=8, channels=None):
    def draw(c):
        x, kind = image(c, low, channels)
        return x + more(c) + kind
    TABLE['image.' + function] = draw


for name in ('rgb_to_grayscale', 'rgb_to_hsv', 'hsv_to_rgb'):
    some_image(name, channels=3)
some_image('sobel_edges')
some_image('gaussian_blur', lambda c: c.some(
    ('kernel_size', ['(3, 3)', '(5, 3)']), ('sigma', ['(1.0, 2.0)'])))
some_image('elastic_transform', lambda c: c.some(
    ('alpha', ['10.0']), ('sigma', ['3.0']), ('seed', ['1'])))
some_image('affine_transform', lambda c: c.d.pick(
    [', np.ones((8,), "float32")', ', np.ones((2, 8), "float32")']) + c.some(
        ('interpolation', ['"nearest"']), ('fill_mode', ['"wrap"'])))
some_image('perspective_transform', lambda c: c.d.pick([
    ', np.ones((4, 2), "float32"), np.ones((4, 2), "float32")',
    ', np.ones((2, 4, 2), "float32"), np.ones((2, 4, 2), "float32")']))
some_image('resize', lambda c: ', ' + c.d.pick(
    ['(4, 5)', '[7, 3]', '(16, 16)']) + c.some(
        ('interpolation', ['"nearest"', '"bicubic"']), ('antialias', BOOL),
        ('crop_to_aspect_ratio', BOOL), ('pad_to_aspect_ratio', BOOL)))
some_image('extract_patches', lambda c: ', ' + c.tuple(2, [1, 2, 3]) + c.some(
    ('strides', lambda: c.tuple(2, [1, 2, 3])), ('dilation_rate', ['1', '2']),
    PADDING))


@table('image.extract_patches_3d')
def extract_patches_3d(c):
    shape, kind = laid_out(c, images(c, 3, 4), c.d.size(1, 3))
    return c.one(odd_rank(c, shape)) + ', ' + c.tuple(3, [1, 2, 3]) + c.some(
        ('strides', lambda: c.tuple(3, [1, 2, 3])), PADDING) + kind


@table('image.crop_images image.pad_images')
def sides(c):
    x, kind = image(c)
    names = [n % c.verb for n in ('top_%s', 'left_%s', 'bottom_%s',
                                  'right_%s')]
    down = c.d.pick([(0, 2), (0, 'h'), (2, 'h')])
    across = c.d.pick([(1, 3), (1, 'w'), (3, 'w')])
    out = x
    for k in down + across:
        if isinstance(k, int):
            out += ', %s=%d' % (names[k], c.d.size(0, 3))
        else:
            size = c.d.size(3, 6) if 'crop' in c.verb else c.d.size(19, 24)
            out += ', target_%s=%d' % ({'h': 'height', 'w': 'width'}[k], size)
    return out + kind


@table('image.ssim')
def ssim(c):
    x, kind = image(c, 12)
    return x + ', ' + c.one(c.last(), c.tensors[-1][1]) + c.some(
        ('filter_size', ['5'])) + kind


TABLE.update({
    'image.map_coordinates': lambda c: c.any(low=1, high=4) + ', ' +
    c.d.pick([c.array([len(c.last())] + c.d.pick([[3], [2, 3], []]),
                      'float32'), c.one([len(c.last()), None])]) + ', ' +
    c.d.pick(['0', '1']),
    'image.scale_and_translate': lambda c: '%s, %s, %s, %s, (0, 1), "linear"' %
    (c.one([8, 9, 3]), c.d.pick(['(4, 5, 3)', '(16, 5, 3)']),
     c.array([2], 'float32'), c.array([2], 'float32')),
    'depth_to_space': lambda c: c.one([None, 4, c.d.pick([6, None]), 8]) +
    ', 2' + c.format(),
    'space_to_depth': lambda c: c.one([None, 4, c.d.pick([6, None, 5]), 8]) +
    ', 2' + c.format(),
    'unfold': lambda c: c.one([c.d.pick([None, 2]), 3, c.d.size(5, 9),
                               c.d.size(5, 9)]) + ', ' +
    c.tuple(2, [1, 2, 3]) + c.some(
        ('dilation', ['1', '2']), ('padding', ['0', '1', '(1, 0)']),
        ('stride', lambda: c.tuple(2, [1, 2]))),
    'fold': lambda c: c.one([None, 12, c.d.pick([12, 6])]) +
    ', (4, 5), (2, 2)' + c.some(('stride', ['1', '2']), ('padding', ['1'])),
})


# --- Linear algebra ----------------------------------------------------------

@table('cholesky_inverse det eig eigh inv logdet slogdet')
def square(c):
    n = c.d.pick([3, 4, None])
    shape = c.dims(low=0, high=2) + [n, n]
    return c.one(odd_rank(c, shape), c.d.pick(FLOATS + ['int32']))


@table('lu_factor nonzero')
def matrix(c):
    return c.one(c.dims(low=0, high=2) + [c.d.size(2, 4), c.d.size(2, 4)])


def matrices(*options):
    return lambda c: matrix(c) + c.some(*options)


TABLE.update({
    'cholesky': lambda c: square(c) + c.some(('upper', BOOL)),
    'pinv': matrices(('rcond', ['0.1', 'None'])),
    'matrix_rank': matrices(('tol', ['0.1', 'None'])),
    'qr': matrices(('mode', ['"reduced"', '"complete"'])),
    'svd': matrices(('full_matrices', BOOL), ('compute_uv', BOOL)),
    'solve': lambda c: square(c) + ', ' + c.one(
        c.last()[:-1] + [c.d.pick([1, 2])] if c.d.chance(.7) else
        c.last()[:-1]),
    'solve_triangular': lambda c: square(c) + ', ' + c.one(
        c.last()[:-1] + [2] if c.d.chance(.7) else c.last()[:-1]) + c.some(
            ('lower', BOOL)),
    'lstsq': lambda c: '%s, %s' % (c.one([5, 3]), c.one(
        c.d.pick([[5], [5, 2]]))) + c.some(('rcond', ['None'])),
    'diag': lambda c: c.any(low=1, high=2) + c.some(('k', ['1', '-2'])),
    'diagflat': lambda c: c.any() + c.some(('k', ['1', '-2'])),
    'diagonal': lambda c: c.any(low=2) + c.some(
        ('offset', ['1', '-1']), ('axis1', c.axis), ('axis2', c.axis)),
    'trace': lambda c: c.any(low=2) + c.some(
        ('offset', ['1', '-1']), ('axis1', c.axis), ('axis2', c.axis)),
    'vander': lambda c: c.any(1) + c.some(('N', ['3', '5', 'None']),
                                          ('increasing', BOOL)),
})


# --- Signals -----------------------------------------------------------------

@table('fft fft2 ifft2 view_as_complex')
def pair(c):
    dims = c.dims(low=1, high=4)
    kind = c.d.pick(FLOATS)
    return '(%s, %s)' % (c.one(dims, kind), c.one(dims, kind))


TABLE.update({
    'view_as_complex': lambda c: c.one(c.dims(high=3) + [2], c.d.pick(FLOATS)),
    'view_as_real': lambda c: c.any(dtype='complex64'),
    'rfft': lambda c: c.floats(low=1) + c.some(('fft_length', ['7', '8'])),
    'irfft': lambda c: pair(c) + c.some(('fft_length', ['7', '8'])),
    'stft': lambda c: c.one(c.dims(high=2) + [c.d.pick([33, 40, None])],
                            c.d.pick(FLOATS)) + ', 6, 3, 8' +
    c.some(('center', BOOL), ('window', ['None', '"hann"'])),
    'istft': lambda c: '(%s, %s), 6, 3, 8' % (
        c.one(c.dims(high=1) + [c.d.pick([7, None]), 5], 'float32'),
        c.one(c.last(), 'float32')) +
    c.some(('length', ['9', 'None']), ('center', BOOL)),
    'extract_sequences': lambda c: c.any(low=1) + ', %d, %d' % (
        c.d.size(1, 4), c.d.size(1, 3)),
})


# --- Scattering, counting ----------------------------------------------------

@table('segment_sum segment_max segment_min segment_prod')
def segments(c):
    dims = c.dims(low=1, high=3)
    ids = c.array([dims[0] or 3], 'int32') if c.d.chance(.4) else None
    x = c.one(dims)
    return x + ', ' + (ids or c.one(dims[:1], 'int32')) + c.some(
        ('num_segments', ['4', 'None']), ('sorted', BOOL))


TABLE.update({
    'scatter': lambda c: '%s, %s, %s' % (
        c.one([3, 2], c.d.pick(INTEGERS)), c.any(), (4, 5)),
    'scatter_update': lambda c: '%s, %s, %s' % (
        c.any(2), c.array([3, 2], 'int32'), c.one([3])) +
    c.some(('reduction', ['"add"', '"max"', 'None'])),
    'bincount': lambda c: c.any(low=1, high=2, dtype=c.d.pick(INTEGERS)) +
    c.some(('minlength', ['0', '5']), ('weights', lambda: c.like())),
    'digitize': lambda c: c.any() + ', ' + c.d.pick(
        [c.array([4], 'float32'), '[0.0, 1.0]', c.one([5])]),
    'searchsorted': lambda c: c.any(1) + ', ' + c.any() + c.some(
        ('side', ['"left"', '"right"'])),
    'histogram': lambda c: c.any() + c.some(
        ('bins', ['4', '10']), ('range', ['None', '(0, 1)'])),
    'in_top_k': lambda c: '%s, %s, %d' % (
        c.any(1, dtype=c.d.pick(INTEGERS)),
        c.one(c.last()[:1] + [5], 'float32'), c.d.size(1, 3)),
    'isin': lambda c: c.any() + ', ' + c.operand() + c.some(
        ('assume_unique', BOOL), ('invert', BOOL)),
    'unravel_index': lambda c: c.any(dtype=c.d.pick(INTEGERS)) + ', ' +
    c.d.pick(['(4, 5)', '(20,)', '(2, 2, 5)']),
    'argpartition': lambda c: c.any(low=1) + ', %d' % c.d.size(0, 1) +
    c.some(('axis', lambda: c.d.pick(['None', c.axis()]))),
    'unique': lambda c: c.any() + c.some(
        ('axis', lambda: c.d.pick(['None', c.axis()])), ('sorted', ['True']),
        ('size', ['None', '3']), ('return_index', BOOL),
        ('return_inverse', BOOL), ('return_counts', BOOL)),
})


# --- Losses, normalization, ranges -------------------------------------------

def same_again(c):
    return c.floats(low=1) + ', ' + (c.one(c.last()) if c.d.chance(.8) else
                                     c.like())


@table('linspace logspace geomspace')
def space(c):
    x = c.any()
    return c.d.pick([x + ', ' + c.operand(), c.operand() + ', ' + x]) + \
        c.some(('num', ['1', '7', '0']), ('endpoint', BOOL), TYPE,
               ('axis', lambda: c.axis(1)))


@table('batch_normalization')
def batch_normalization(c):
    x = c.floats(low=1)
    axis = c.axis()
    n = c.last()[axis] if -c.rank() <= axis < c.rank() else 3
    same = [c.array([n or 3], 'float32') for _ in range(2)]
    return '%s, %s, %d' % (x, ', '.join(same), axis) + c.some(
        ('offset', same[:1]), ('scale', same[:1]), ('epsilon', ['1e-5']))


@table('layer_normalization rms_normalization')
def normalization(c):
    x = c.floats(low=1)
    scale = c.array([c.last()[-1] or 3], 'float32')
    keys = ('gamma', 'beta') if c.name[0] == 'l' else ('scale',)
    return x + c.some(*[(k, [scale, 'None']) for k in keys]) + c.some(
        ('axis', lambda: c.d.pick(['-1', c.axes()])), ('epsilon', ['1e-5']))


TABLE.update({
    'linspace': lambda c: space(c) + c.some(('retstep', BOOL)),
    'binary_crossentropy': lambda c: same_again(c) + c.some(
        ('from_logits', BOOL)),
    'categorical_crossentropy': lambda c: same_again(c) + c.some(
        ('from_logits', BOOL), ('axis', c.axis)),
    'sparse_categorical_crossentropy': lambda c: '%s, %s' % (
        c.any(low=1, dtype=c.d.pick(INTEGERS)),
        c.one(c.last() + [4] if c.d.chance(.8) else c.last()[:-1] + [4],
              'float32')) + c.some(('from_logits', BOOL), ('axis', ['-1'])),
    'ctc_loss': lambda c: '%s, %s, %s, %s' % (
        c.one([c.d.pick([None, 4]), 5], 'int32'),
        c.one([c.last()[0], 9, 3], 'float32'), c.one(c.last()[:1], 'int32'),
        c.one(c.last()[:1], 'int32')),
    'ctc_decode': lambda c: '%s, %s' % (
        c.one([c.d.pick([None, 4]), c.d.pick([9, None]), 3], c.d.pick(FLOATS)),
        c.one(c.last()[:1], 'int32')) + c.some(
            ('strategy', ['"greedy"', '"beam_search"']),
            ('top_paths', ['1', '3']), ('merge_repeated', BOOL)),
    'psnr': lambda c: same_again(c) + ', 1.0',
    'polar': same_again,
})
