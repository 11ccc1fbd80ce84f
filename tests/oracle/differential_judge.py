"""What differs between netweight's report of a model and what a Keras knows of it.

Shared by differential.py and differential_eras.py; imports no Keras.
"""
import json
import os

import differential_draw as draw
import differential_graphs as graphs


STRICT = False              # of one operation: its dtype is Keras's own


def is_float64(mine, theirs):
    """JAX as it stands here has no float64, which Keras's own shapes do."""
    return sorted((str(mine), str(theirs))) == ['float32', 'float64']


def differing(a, b, path=''):
    """Where two facts differ first: (what, ours, theirs), or None."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in b:
            found = differing(a.get(key), b[key], path + '.' + key)
            if found:
                return found
        return None
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b)):
            found = differing(x, y, path)
            if found:
                return found
        return None
    return None if a == b or not STRICT and is_float64(a, b) else (path, a, b)


def as_fact(one):
    """A layer of netweight's JSON as facts.py writes it."""
    out = {k: one.get(k) for k in ('name', 'class_name', 'outputs', 'params',
                                   'trainable_params', 'non_trainable_params')}
    if 'trainable' in one:
        out['trainable'] = one['trainable']
    out['weights'] = [dict(w) for w in one.get('weights') or []]
    out['calls'] = [[[i['layer'], i['call'], i['tensor']] +
                     ([i['argument']] if 'argument' in i else [])
                     for i in c['inputs']] for c in one.get('calls') or []]
    out['layers'] = [as_fact(x) for x in one.get('layers') or []]
    return out


SKIPPED = ('all_outputs', 'is_operation', 'custom', 'built')


def theirs_as_fact(one):
    out = {k: v for k, v in one.items() if k not in SKIPPED}
    if one.get('is_operation'):
        out.pop('weights', None)
    elif 'weights' in out:      # Keras's path tells where a layer was built
        out['weights'] = [{k: v for k, v in w.items() if k != 'path'}
                          for w in out['weights']]
    out['calls'] = [[x for x in c] for c in out.get('calls', [])]
    if 'layers' in out:
        out['layers'] = [theirs_as_fact(x) for x in out['layers']]
    return out


def judge_model(doc, fact):
    if 'error' in doc:
        return ('model refused', doc['error'], 'accepted')
    mine = {'layers': [as_fact(x) for x in doc['layers']],
            'totals': doc['totals'],
            'inputs': [{k: t[k] for k in ('shape', 'dtype')}
                       for t in doc.get('inputs') or []],
            'outputs': [{k: t[k] for k in ('shape', 'dtype')}
                        for t in doc.get('outputs') or []]}
    theirs = {'layers': [theirs_as_fact(x) for x in fact['layers']],
              'totals': fact['totals'], 'inputs': fact['inputs'] or [],
              'outputs': fact['outputs'] or []}
    found = differing(mine, theirs, 'model')
    notes = [n for n in doc.get('notes') or [] if 'is ignored' in n]
    if not found and notes:
        found = ('model.notes', notes, [])
    return found


ENDINGS = ('keras', 'h5', 'weights.h5')


def saved(model, ending, folder):
    """The path of the model saved so; None where Keras refuses to."""
    path = os.path.join(folder, 'm.' + ending)
    try:
        (model.save_weights if 'weights' in ending else model.save)(path)
    except Exception:
        return None
    return path


def judge_file(library, path, fact):
    with open(path, 'rb') as f:
        doc = library.model(f.read())
    if not path.endswith('weights.h5'):
        return judge_model(doc, fact)
    if 'error' in doc:
        return ('model refused', doc['error'], 'accepted')
    return differing(doc['totals'], {'params': fact['totals']['params']},
                     'model.totals')


def shrink(judge, simpler, case, what):
    """The smallest case of this difference that single steps lead to."""
    tries, again = 0, True
    while again and tries < 400:
        again = False
        for less in simpler(case):
            tries += 1
            try:
                found = judge(less, ' model' in what)
            except Exception:
                continue
            if found and found[0] == what:
                case, again = less, True
                break
    return case


def show(case, found):
    if 'steps' in case:
        print('\n' + graphs.text(case))
        print('  graph on ' + json.dumps(case))
        print('  %s: netweight %s' % (found[0], json.dumps(found[1])))
        print('  %s  Keras     %s' % (' ' * len(found[0]),
                                      json.dumps(found[2])))
        return
    call = '' if not case['call'] else ' call ' + str(case['call'])
    inputs = ', '.join('%s%s %s' % (a + '=' if a else '', tuple(s), t)
                       for s, t, a in case['inputs'])
    after = ''.join('; %s %s' % tuple(x) for x in case.get('after', ()))
    print('\n%s on %s%s%s' % (draw.text(case['layer']), inputs, call, after))
    print('  %s: netweight %s' % (found[0], json.dumps(found[1])))
    print('  %s  Keras     %s' % (' ' * len(found[0]), json.dumps(found[2])))
    print('  ' + json.dumps(case))
