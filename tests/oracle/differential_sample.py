"""A sample of differential.py's layers, one a line, as tests/test_sampled.c reads it.

    differential_sample.py DRAWN BUILD >> FILE

Of DRAWN layers those are kept that show something new of their class: an
option's value, a dtype, a rank, a refusal. What netweight differs in is left
out: make check-keras shows that. With KERAS_BACKEND=tensorflow the classes
are those that need TensorFlow.
"""
import random
import sys

import differential
import differential_draw as draw
import differential_ours as ours
import differential_layers as tables


def dims(shape):
    return '(' + ','.join(str(d) for d in shape) + ')'


def line(case, fact):
    """TEXT, INPUTS, CALL and what Keras says, with tabs between."""
    inputs = ';'.join('%s %s%s' % (dims(s), t, ' ' + a if a else '')
                      for s, t, a in case['inputs'])
    call = ', '.join('%s=%s' % x for x in case['call'].items())
    if 'error' in fact:
        said = 'refused'
    else:
        said = ';'.join('%s %s' % (dims(o['shape']), o['dtype'])
                        for o in fact['outputs'])
        said += ' | ' + ';'.join(
            '%s %s %s%s' % (w['name'], dims(w['shape']), w['dtype'],
                            '' if w['trainable'] else ' frozen')
            for w in fact['weights'])
        said += ' | %d %d' % (fact['params'], fact['trainable_params'])
    return '\t'.join((draw.text(case['layer']), inputs, call, said))


def features(case, fact):
    """What a case shows of its class."""
    name = case['layer']['class']
    yield name, 'error' in fact
    for key, value in case['layer']['options'].items():
        yield name, key, str(value if isinstance(value, str) else
                             sorted(draw.classes(value))), 'error' in fact
    for shape, dtype, argument in case['inputs']:
        yield name, len(shape), argument
        yield name, dtype
        yield name, None in shape[1:]
    for item in case['call'].items():
        yield name, item


def main():
    drawn, build = int(sys.argv[1]), sys.argv[2]
    differential.without_work()
    library = ours.load(build)
    d = tables.Draw(random.Random(3))
    seen, names = set(), differential.usual()
    for i in range(drawn):
        case = draw.case(d, differential.LAYERS, names[i % len(names)], .03)
        theirs = differential.Theirs(case).layer
        new = set(features(case, theirs)) - seen
        call = ', '.join('%s=%s' % x for x in case['call'].items())
        mine = library.layer(draw.text(case['layer']), case['inputs'], call)
        if new and line(case, mine) == line(case, theirs):
            seen |= new
            print(line(case, theirs))


if __name__ == '__main__':
    main()
