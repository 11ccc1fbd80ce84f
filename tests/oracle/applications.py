"""Writes NAME.json and NAME.facts.json of keras.applications, by Keras 3.

    applications.py OUT [NAME ...]
"""
import os
import sys

os.environ.setdefault('KERAS_BACKEND', 'jax')
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import jax  # noqa: E402
import keras  # noqa: E402
import facts  # noqa: E402

NAMES = ('VGG16', 'ResNet50', 'MobileNetV2', 'InceptionV3', 'DenseNet121',
         'EfficientNetB0', 'MobileNetV3Small', 'EfficientNetV2B0', 'Xception',
         'NASNetMobile', 'ConvNeXtTiny')


def zeros(self, shape, *args, **kwargs):
    """In place of an initialiser's values, which nobody looks at."""
    return jax.numpy.zeros(shape)


for initialiser in ('GlorotUniform', 'VarianceScaling', 'TruncatedNormal'):
    getattr(keras.initializers, initialiser).__call__ = zeros


def main():
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    for name in sys.argv[2:] or NAMES:
        keras.backend.clear_session()
        built = getattr(keras.applications, name)(weights=None)
        text = built.to_json()
        keras.backend.clear_session()
        model = keras.models.model_from_json(text)
        found = facts.facts('3', keras, model)
        for layer in found['layers']:       # a path is LAYER/NAME here
            for w in layer.get('weights', []):
                if w['path'] == '%s/%s' % (layer['name'], w['name']):
                    del w['path']
        path = os.path.join(out, name)
        with open(path + '.json', 'w', encoding='utf-8') as f:
            f.write(text + '\n')
        with open(path + '.facts.json', 'w', encoding='utf-8') as f:
            f.write(facts.dump(found))
        print(name, found['totals'])


if __name__ == '__main__':
    main()
