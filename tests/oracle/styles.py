"""Writes Keras's own tables of the models in golden/models.

    styles.py ERA MODELS OUT [NAME ...]     OUT/NAME[.TAG].txt for MODELS/NAME.json
    styles.py list GOLDEN                   GOLDEN/styles/{tags.json,list.txt}

The models are read back from their configs. What a tag means stands in TAGS.
"""
import copy
import json
import os
import re
import signal
import sys
import warnings

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

ABSOLUTE, RELATIVE = [25, 48, 60, 100], [0.4, 0.6, 0.8, 1.0]
KERAS1 = {
    'default': {}, 'positions': {'positions': ABSOLUTE},
    'relative': {'positions': RELATIVE},
    'line60': {'line_length': 60}, 'line130': {'line_length': 130},
    'line20': {'line_length': 20},
}
KERAS20 = dict(KERAS1, line50={'line_length': 50})
KERAS27 = {
    'default': {}, 'line120': {'line_length': 120},
    'line60': {'line_length': 60}, 'line40': {'line_length': 40},
    'line200': {'line_length': 200},
    'trainable': {'show_trainable': True},
    'nested': {'expand_nested': True},
    'nested_trainable': {'expand_nested': True, 'show_trainable': True},
    'nested_line70': {'expand_nested': True, 'line_length': 70},
    'positions': {'positions': ABSOLUTE, 'line_length': 100},
    'positions_trainable': {'positions': ABSOLUTE, 'line_length': 100,
                            'show_trainable': True},
    'relative': {'positions': RELATIVE},
}
KERAS3 = {
    'default': {}, 'columns200': {'columns': 200},
    'columns100': {'columns': 100}, 'columns50': {'columns': 50},
    'columns30': {'columns': 30},
    'line120': {'line_length': 120, 'columns': 200},
    'line60': {'line_length': 60, 'columns': 200},
    'line40': {'line_length': 40, 'columns': 200},
    'line160': {'line_length': 160},
    'trainable': {'show_trainable': True, 'columns': 200},
    'trainable80': {'show_trainable': True},
    'nested': {'expand_nested': True, 'columns': 200},
    'nested80': {'expand_nested': True},
    'nested_trainable': {'expand_nested': True, 'show_trainable': True},
    'nested_trainable200': {'expand_nested': True, 'show_trainable': True,
                            'columns': 200},
    'relative': {'positions': RELATIVE, 'columns': 120},
    'relative_trainable': {'positions': RELATIVE, 'columns': 200,
                           'show_trainable': True},
}
DEFAULT = {'default': {}}
# The era, its folder, its style, its tags.
ERAS = [('1.0.3', 'keras-1.0.3', 'keras-1.0', DEFAULT),
        ('1.0.8', 'keras-1.0.8', 'keras-1.0', KERAS1),
        ('1.1.0', 'keras-1.1.0', 'keras-1.0', KERAS1),
        ('1.1.2', 'keras-1.1.2', 'keras-1.0', DEFAULT),
        ('1.2.2', 'keras-1.2.2', 'keras-1', KERAS1),
        ('2.0.0', 'keras-2.0.0', 'keras-2.0', KERAS20),
        ('2.0.2', 'keras-2.0.2', 'keras-2.0', DEFAULT),
        ('2.0.3', 'keras-2.0.3', 'keras-2.0', DEFAULT),
        ('2.0.4', 'keras-2.0.4', 'keras-2.0', DEFAULT),
        ('2.0.9', 'keras-2.0.9', 'keras-2.0', KERAS20),
        ('2.2.4', 'keras-2.2.4', 'keras-2.0', KERAS20),
        ('2.3.1', 'keras-2.3.1', 'keras-2.0', KERAS20),
        ('2.6', 'keras-2.6', 'keras-2.0', KERAS20),
        ('2.12', 'keras-2.12', 'keras-2.7', KERAS27),
        ('tf-keras', 'tf-keras-2.21', 'keras-2.13', KERAS27),
        ('3', 'keras-3', 'keras-3', KERAS3)]

# These models get every tag; `nested` ones only if a model is inside.
FULL = ('big', 'big_branches', 'compiled', 'convnet', 'frozen', 'long_names',
        'mnist', 'nested', 'nested_three_levels', 'nested_sequentials',
        'nested_twice', 'two_outputs', 'shared_on_shapes', 'wide_names',
        'long_chain_names', 'unusual_names', 'huge', 'cross_attention',
        'nested_two_outputs', 'nested_dict_outputs', 'many_inputs',
        'merged_branches', 'frozen_base', 'transformer', 'unbuilt_nested',
        'text', 'wrapped_models', 'compiled_functional', 'million',
        'autoencoder', 'frozen_nested', 'operator_nodes', 'nested_long_names',
        'nested_structures', 'odd_characters', 'nested_operators')
# The tags of the examples that the project's notes show.
SHARED = {'keras-2.2.4': ('line50',),
          'keras-1.2.2': ('positions',),
          'keras-2.12': ('line120', 'line60', 'trainable'),
          'tf-keras-2.21': ('line120', 'line60', 'trainable'),
          'keras-3': ('columns200', 'line120', 'line60', 'trainable')}
SIZES = [0, 1, 4, 512, 1023, 1024, 1025, 1029, 1030, 1535, 1536, 10235, 10240,
         1048575, 1048576, 1572864, 6553600, 1073741823, 1073741824,
         1500000000, 1099511627775, 1099511627776, 3303966982048,
         1 << 50, (1 << 60) - 1, 1 << 60, (1 << 63) - 1]


class TooLong(Exception):
    pass


def stop(*_):
    raise TooLong('this table never ends')


def write_tables(era, models, out, names):
    import oracle
    warnings.filterwarnings('ignore')
    keras = oracle.load(era)
    if era == '3':
        import models3  # noqa: F401 (for its registered function)
    folder, _, tags = [e[1:] for e in ERAS if e[0] == era][0]
    os.makedirs(out, exist_ok=True)
    signal.signal(signal.SIGALRM, stop)
    for name in names or configs(models):
        oracle.fresh(keras)
        model = oracle.model_of(keras, os.path.join(models, name + '.json'))
        for tag, args in tags.items():
            if not wanted(name, folder, tag, model, oracle):
                continue
            path = os.path.join(out, name +
                                ('' if tag == 'default' else '.' + tag))
            signal.alarm(20)
            try:
                text = oracle.summary(model, **copy.deepcopy(args))
                with open(path + '.txt', 'w', encoding='utf-8') as f:
                    f.write(text)
            except (ValueError, IndexError, TooLong) as e:
                print(name, tag, 'has no table:', str(e).split('\n')[0][:120])
            signal.alarm(0)


def configs(models):
    return sorted(f[:-5] for f in os.listdir(models)
                  if f.endswith('.json') and not f.endswith('.facts.json') and
                  not re.match('[A-Z]|custom', f) or f in ('MobileNetV2.json',
                                                    'ResNet50.json'))


def wanted(name, folder, tag, model, oracle):
    return (tag == 'default' or name in FULL or
            tag in SHARED.get(folder, ())) and oracle.wanted(tag, model)


def option(key, value):
    if key == 'columns':
        key = 'width'
    return '%s=%r' % (key, value)


def write_list(golden):
    tags, lines = {}, []
    for _, folder, style, known in ERAS:
        here = os.path.join(golden, 'styles', folder)
        if not os.path.isdir(here):
            continue
        tags[folder] = {}
        for tag, args in known.items():
            one = {'style': style}
            if style == 'keras-3':
                one['width'] = args.get('columns', 80)
            one.update((k, v) for k, v in args.items() if k != 'columns')
            tags[folder][tag] = one
        for f in sorted(os.listdir(here)):
            name, tag = (f[:-4].split('.') + ['default'])[:2]
            lines.append('\t'.join([
                style, 'models/%s/%s.json' % (folder, name),
                'styles/%s/%s' % (folder, f),
                ', '.join(option(*o) for o in tags[folder][tag].items())]))
    with open(os.path.join(golden, 'styles', 'tags.json'), 'w') as f:
        f.write('{\n' + ',\n'.join(
            '%s: {\n%s}' % (json.dumps(folder), ',\n'.join(
                '  %s: %s' % (json.dumps(t), json.dumps(o))
                for t, o in of.items())) for folder, of in tags.items()) +
            '\n}\n')
    with open(os.path.join(golden, 'styles', 'list.txt'), 'w') as f:
        f.write('\n'.join(lines) + '\n')


def write_sizes(golden):
    """The text of a number of bytes, in Keras 3 and before."""
    import oracle
    oracle.load('3')
    from keras.src.utils.summary_utils import readable_memory_size
    with open(os.path.join(golden, 'styles', 'sizes.txt'), 'w') as f:
        for n in SIZES:
            new = readable_memory_size(n)
            f.write('%d\t%s\n' % (n, new))


def main():
    if sys.argv[1] == 'list':
        write_list(sys.argv[2])
    elif sys.argv[1] == 'sizes':
        write_sizes(sys.argv[2])
    else:
        write_tables(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])


if __name__ == '__main__':
    main()
