"""Writes NAME.json and NAME.facts.json of keras.applications, by Keras 3.

    applications.py OUT [NAME ...]
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import facts  # noqa: E402
import oracle  # noqa: E402

keras = oracle.load('3')

NAMES = ('VGG16', 'ResNet50', 'MobileNetV2', 'InceptionV3', 'DenseNet121',
         'EfficientNetB0', 'MobileNetV3Small', 'EfficientNetV2B0', 'Xception',
         'NASNetMobile', 'ConvNeXtTiny')


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
        path = os.path.join(out, name)
        with open(path + '.json', 'w', encoding='utf-8') as f:
            f.write(text + '\n')
        with open(path + '.facts.json', 'w', encoding='utf-8') as f:
            f.write(facts.dump(found))
        print(name, found['totals'])


if __name__ == '__main__':
    main()
