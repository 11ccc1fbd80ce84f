"""Writes NAME.json and NAME.facts.json of an era's models.

    write_models.py ERA OUT [NAME ...]

ERA is as oracle.py's --keras; the models are those of models.py and of
models1.py, models2.py or models3.py, models_small.py. The facts are of the model that the
Keras of that era reads back from the config.
"""
import importlib
import os
import sys
import warnings

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import facts  # noqa: E402
import oracle  # noqa: E402

# What the versions between the eras need, whose kinds are their neighbours'.
FEW = ('mnist', 'dense', 'two_inputs', 'merged_branches', 'shared', 'text',
       'nested', 'frozen', 'residual', 'long_names', 'two_outputs', 'big',
       'nested_twice', 'nested_three_levels', 'nested_sequentials',
       'shared_on_shapes', 'recurrences', 'merges', 'merge_modes',
       'three_branches', 'nested_branches', 'normalizations', 'million',
       'long_chain_names', 'wide_names', 'nested_two_outputs',
       'nested_long_names', 'any_size', 'big_branches', 'convnet', 'giant',
       'small_sizes')
# Before 1.0.4 a config did not tell its version, and there is less to be had.
FIRST = ('mnist', 'merged_branches', 'shared', 'nested', 'long_names',
         'three_branches', 'recurrence_by_input_dim', 'theano_ordering',
         'bygone_activations', 'stateful', 'nested_two_outputs')
BETWEEN = ('1.0.8', '1.1.0', '2.0.0', '2.3.1')


def all_models(era, keras):
    import models
    more, small = (importlib.import_module(name) for name in (
        ('models3', 'models3_small') if era == '3' else
        ('models1' if era.startswith('1') else 'models2', 'models_small')))
    return models.models(oracle.folder(era, keras), keras) + \
        more.models(keras) + small.models(keras)


def mark_custom(found, model):
    """Classes of these scripts are the ones that a reader cannot know."""
    custom = {l.name for l in model.layers
              if type(l).__module__.startswith('models')}
    for layer in found['layers']:
        if layer['name'] in custom:
            layer['custom'] = True


def main():
    warnings.filterwarnings('ignore')
    era, out = sys.argv[1], sys.argv[2]
    keras = oracle.load(era)
    os.makedirs(out, exist_ok=True)
    names = sys.argv[3:] or (FEW if era in BETWEEN else
                             FIRST if era < '1.0.4' else None)
    for name, build in all_models(era, keras):
        if names and name not in names:
            continue
        path = os.path.join(out, name)
        try:
            write_one(era, keras, build, path)
            print(name)
        except Exception as e:      # a kind or a way that this version lacks
            print(name, 'left out:', str(e)[:200])
            for end in ('.json', '.facts.json'):
                if os.path.exists(path + end):
                    os.remove(path + end)


def write_one(era, keras, build, path):
    oracle.fresh(keras)
    text = build().to_json()
    oracle.fresh(keras)
    with open(path + '.json', 'w', encoding='utf-8') as f:
        f.write(text + '\n')
    model = oracle.model_of(keras, path + '.json')
    found = facts.facts(era, keras, model)
    mark_custom(found, model)
    with open(path + '.facts.json', 'w', encoding='utf-8') as f:
        f.write(facts.dump(found))


if __name__ == '__main__':
    main()
