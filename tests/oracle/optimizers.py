"""Writes golden/optimizers.txt: what Keras 3's optimizers hold.

    optimizers.py ../golden/optimizers.txt

A line has the parameters and bytes of the optimizer that Keras builds for a
model when it reads it back from its config, and the config; or of an
optimizer built for SMALL, and the optimizer's text.
"""
import sys

import oracle

keras = oracle.load('3')
COSINE = {'learning_rate': 'schedule'}
CASES = [(name, {}) for name in (
    'Adadelta', 'Adafactor', 'Adagrad', 'Adam', 'AdamW', 'Adamax', 'Ftrl',
    'Lamb', 'Lion', 'Muon', 'Nadam', 'RMSprop', 'SGD', 'ScheduleFreeAdamW')]
CASES += [
    ('Adam', {'amsgrad': True}), ('AdamW', {'amsgrad': True}),
    ('Adam', {'use_ema': True, 'gradient_accumulation_steps': 4}),
    ('Adam', COSINE), ('Muon', {'exclude_embeddings': False}),
    ('RMSprop', {'centered': True}), ('RMSprop', {'momentum': 0.5}),
    ('SGD', {'momentum': 0.9}), ('SGD', {'nesterov': True}),
    ('LossScaleOptimizer', {'inner_optimizer': 'Adam'}),
    ('LossScaleOptimizer', {'inner_optimizer': 'Nadam'})]
# The model of tests/test_optimizers.c.
SMALL = "Sequential([Input((7,)), Embedding(20, 4), LSTM(3), Dense(2)])"
TEXTS = [
    'Adam()', 'Adafactor()', 'Lion(use_ema=True)', 'Muon()',
    'Muon(exclude_embeddings=False)', 'Muon(gradient_accumulation_steps=4)',
    'Nadam()', 'Nadam(gradient_accumulation_steps=2)', 'SGD(0.1, 0.9)',
    'RMSprop(momentum=0.9, centered=True)', 'AdamW(amsgrad=True)',
    'LossScaleOptimizer(Nadam())', 'LossScaleOptimizer(Muon())',
    'LossScaleOptimizer(inner_optimizer=SGD(momentum=0.5), '
    'initial_scale=1024.0)']


def optimizer(name, args):
    args = dict(args)
    if 'learning_rate' in args:
        args['learning_rate'] = keras.optimizers.schedules.CosineDecay(
            0.1, 100)
    if 'inner_optimizer' in args:
        args['inner_optimizer'] = optimizer(args['inner_optimizer'], {})
    return getattr(keras.optimizers, name)(**args)


def model(trained):
    """Weights of one to three axes and two dtypes, some frozen."""
    layers = keras.layers
    return keras.Sequential([
        keras.Input((7,)),
        layers.Embedding(20, 4, dtype='float16', trainable=trained),
        layers.Conv1D(5, 3, trainable=trained),
        layers.BatchNormalization(trainable=False),
        layers.Dense(6, name='after_the_Embedding', trainable=trained),
        layers.Dense(3, use_bias=False, trainable=trained)])


def main():
    with open(sys.argv[1], 'w') as f:
        for name, args in CASES + [('Nadam', None), ('Adam', None)]:
            oracle.fresh(keras)
            made = model(trained=args is not None)
            made.compile(optimizer(name, args or {}))
            config = made.to_json()
            weights = keras.models.model_from_json(config).optimizer.variables
            f.write('%d\t%d\t%s\n' % (
                sum(w.value.size for w in weights),
                sum(w.value.size * w.value.dtype.itemsize for w in weights),
                config))
        names = dict(vars(keras.layers), **vars(keras.optimizers))
        small = eval(SMALL, dict(names, Sequential=keras.Sequential))
        for text in TEXTS:
            made = eval(text, names)
            made.build(small.trainable_variables)
            f.write('%d\t%d\t%s\n' % (
                sum(w.value.size for w in made.variables),
                sum(w.value.size * w.value.dtype.itemsize
                    for w in made.variables), text))


if __name__ == '__main__':
    main()
