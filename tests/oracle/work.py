"""Writes golden/work.json: the multiply-accumulates of the cases of golden/kinds.

    work.py GOLDEN

Each case is called on inputs whose batch is 2 where it was None, and traced by
jax; `macs` and `valid` are counted from its jaxpr: dot_general and
conv_general_dilated by their dimension numbers, the body of a scan as often as
it runs. Products of weights alone do not count. `valid` leaves out what meets
padding, an inserted zero or a cropped output; `macs` charges each output
position its whole window, or each input position of a transposed convolution.
A case without a batch, or with other dims of None, is left out.
"""
import json
import math
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import kinds  # noqa: E402
import jax  # noqa: E402
import jax.extend.core  # noqa: E402
from jax.interpreters import partial_eval  # noqa: E402

keras = kinds.keras
# What jax computes with matrices though it is no product of the layer's:
# interpolation, and what filters, whose work netweight does not know. Unrolled, the
# first step has no state to multiply.
LEFT_OUT = re.compile(r'Resizing|UpSampling|AugMix|RandAugment|Random|Crop|'
                      r'Lambda|Spectrogram|CategoryEncoding|Hash|Discretization|'
                      r'unroll=True')
TRANSPOSED = re.compile(r'DTranspose|ConvTranspose')
PRODUCTS = re.compile(r'ops\.(Conv|ConvTranspose|DepthwiseConv|SeparableConv|Matmul|Dot|Tensordot|'
                      r'Inner|Outer|Einsum|DotProductAttention)\(')


def taps(length, out, size, stride, low, lhs, rhs):
    """Pairs of an output position and a tap that meet an element of the input."""
    count = 0
    for o in range(out):
        for t in range(size):
            at = o * stride + t * rhs - low
            count += at >= 0 and at % lhs == 0 and at // lhs < length
    return count


def convolution(eqn, transposed):
    lhs, rhs = (v.aval.shape for v in eqn.invars)
    out, p = eqn.outvars[0].aval.shape, eqn.params
    l, r, o = p['dimension_numbers']
    channels = rhs[r[1]] * rhs[r[0]]
    positions = math.prod((lhs if transposed else out)[i] for i in (l if transposed else o)[2:])
    window = math.prod(rhs[i] for i in r[2:])
    valid = lhs[l[0]] * channels
    for i, (a, b, c) in enumerate(zip(l[2:], r[2:], o[2:])):
        valid *= taps(lhs[a], out[c], rhs[b], p['window_strides'][i], p['padding'][i][0],
                      p['lhs_dilation'][i], p['rhs_dilation'][i])
    return lhs[l[0]] * positions * window * channels, valid


def dot(eqn):
    a, b = (v.aval.shape for v in eqn.invars[:2])
    (ca, cb), (ba, bb) = eqn.params['dimension_numbers']
    n = math.prod(a) * math.prod(s for i, s in enumerate(b) if i not in cb and i not in bb)
    return n, n


def inner(eqn):
    """The jaxprs within an equation, and how often each runs."""
    p = eqn.params
    if eqn.primitive.name == 'scan':
        yield p['jaxpr'].jaxpr, p['length']
    else:
        for key in ('jaxpr', 'call_jaxpr', 'fun_jaxpr'):
            if key in p:
                yield getattr(p[key], 'jaxpr', p[key]), 1


def count(jaxpr, tainted, transposed):
    """Sums of what depends on tainted variables; and which outputs do."""
    seen, macs, valid = set(tainted), 0, 0
    for eqn in jaxpr.eqns:
        depends = [isinstance(v, jax.extend.core.Var) and v in seen for v in eqn.invars]
        if not any(depends):
            continue
        name = eqn.primitive.name
        if name == 'dot_general':
            m = dot(eqn)
            macs, valid = macs + m[0], valid + m[1]
        elif name == 'conv_general_dilated':
            m = convolution(eqn, transposed)
            macs, valid = macs + m[0], valid + m[1]
        elif name in ('while', 'cond'):
            raise ValueError(name)
        for body, times in inner(eqn):
            within = [v for v, d in zip(body.invars, depends) if d]
            if times != 1 or name == 'scan':
                within = body.invars[eqn.params['num_consts']:] + [
                    v for v, d in zip(body.invars, depends) if d]
            m, v, outs = count(body, within, transposed)
            macs, valid = macs + times * m, valid + times * v
        seen.update(v for v in eqn.outvars)
    return macs, valid, seen


def bound(shape):
    return tuple(2 if i == 0 and d is None else d for i, d in enumerate(shape))


def measure(case):
    """(macs, valid) of one case of golden/kinds."""
    inputs, named, order = [], {}, []
    for x in case['inputs']:
        group = x if isinstance(x, list) else [x]
        for y in group:
            shape = bound(y['shape'])
            if None in shape or not shape:
                return None
            t = keras.Input(batch_shape=shape, dtype=y['dtype'])
            inputs.append(t)
            order.append((y.get('argument'), t))
    layer = eval(case['text'], dict(kinds.SCOPE))
    call = eval('dict(%s)' % case.get('call', ''))
    positional = [t for a, t in order if a is None]
    for a, t in order:
        if a is not None:
            named[a] = [named[a], t] if a in named and not isinstance(named[a], list) else (
                named[a] + [t] if a in named else t)
    merging = isinstance(layer, keras.src.layers.merging.base_merge.Merge) or len(positional) > 1
    if len(positional) > 1 and 'ttention' in case['text']:
        out = layer(*positional, **named, **call)
    elif merging and not named and len(positional) > 1:
        out = layer(positional, **call)
    else:
        out = layer(*positional, **named, **call)
    model = keras.Model(inputs, out)
    tv = [jax.ShapeDtypeStruct(v.shape, v.dtype) for v in model.trainable_variables]
    ntv = [jax.ShapeDtypeStruct(v.shape, v.dtype) for v in model.non_trainable_variables]
    xs = [jax.ShapeDtypeStruct(t.shape, t.dtype) for t in inputs]

    def run(xs, tv, ntv):
        return model.stateless_call(tv, ntv, xs, training=False)[0]
    jaxpr = jax.make_jaxpr(run)(xs, tv, ntv).jaxpr
    # Keras runs stacked cells once more, for dropout masks, and drops what comes of it.
    jaxpr, _ = partial_eval.dce_jaxpr(jaxpr, [True] * len(jaxpr.outvars), instantiate=True)
    m, v, _ = count(jaxpr, jaxpr.invars[:len(xs)], bool(TRANSPOSED.search(case['text'])))
    return m, v


def of_operation(text, operation, inputs, options):
    """The same of a call of operation_calls.py; {} of what is no product, or cannot be traced, and
    of more than four operands, whose best order nobody looks for."""
    shapes = [bound(i.shape) for i in inputs]
    if not PRODUCTS.match(text) or any(None in s or not s for s in shapes) or len(shapes) > 4:
        return {}
    xs = [jax.ShapeDtypeStruct(s, i.dtype) for s, i in zip(shapes, inputs)]
    try:
        jaxpr = jax.make_jaxpr(lambda *x: operation.call(*x, **options))(*xs).jaxpr
    except Exception:
        return {}
    macs, valid, _ = count(jaxpr, jaxpr.invars, bool(TRANSPOSED.search(text)))
    return {'macs': macs, 'valid': valid}


def main(golden):
    cases, skipped = [], {}
    for name in sorted(os.listdir(os.path.join(golden, 'kinds'))):
        with open(os.path.join(golden, 'kinds', name)) as f:
            data = json.load(f)
        for case in data['cases']:
            if 'error' in case or LEFT_OUT.search(case['text']):
                continue
            try:
                found = measure(case)
            except Exception as e:
                skipped[case['text']] = '%s: %s' % (type(e).__name__, str(e).split('\n')[0][:90])
                continue
            if found:
                entry = {k: case[k] for k in ('text', 'inputs', 'call') if k in case}
                entry['macs'], entry['valid'] = found
                cases.append(entry)
    for text, why in skipped.items():
        print('skipped', text, why, file=sys.stderr)
    with open(os.path.join(golden, 'work.json'), 'w') as f:
        f.write('{"oracle": "keras %s", "cases": [\n' % keras.__version__)
        f.write(',\n'.join(json.dumps(c) for c in cases))
        f.write('\n]}\n')
    print(len(cases), 'cases', file=sys.stderr)


if __name__ == '__main__':
    main(sys.argv[1])
