"""load_configs.py COMMAND FOLDER: Keras 3 loads what `COMMAND -f config` writes of the golden models.

Parameters must be equal, and arrays among the operands of Keras 3. Models are listed apart that Keras 3 cannot have: of classes that it no
longer has or that somebody wrote, with functions kept as bytecode, with names that it refuses.
"""

import json
import os
import pathlib
import subprocess
import sys

os.environ.setdefault('KERAS_BACKEND', 'jax')
import keras  # noqa: E402
from keras.src.saving.serialization_lib import ObjectSharingScope  # noqa: E402

# What Keras says of a model that it cannot have.
IMPOSSIBLE = [
    'is not a KerasSaveable subclass',  # Merge, LocallyConnected2D, Highway ...
    'Could not locate class',  # of somebody
    'Could not locate function',
    'unsupported callable',  # a Lambda of Keras 2
    'Requested the deserialization of a',
    'cannot contain character `/`',
    "__init__() got an unexpected keyword argument 'trainable'",  # a frozen SpatialDropout
]


def report(command, form, model):
    done = subprocess.run([command, '-f', form, model], capture_output=True, text=True)
    return done.stdout


def arrays(value):
    """Those of a config, as they stand in it, in their order."""
    if isinstance(value, dict):
        if value.get('class_name') in ('__numpy__', '__tensor__'):
            return [json.dumps(value, sort_keys=True)]
        value = list(value.values())
    return [a for v in value for a in arrays(v)] if isinstance(value, list) else []


def check(command, model):
    """'' if all is well, else what is wrong."""
    totals = json.loads(report(command, 'json', model))['totals']
    text = report(command, 'config', model)
    kept = arrays(json.loads(pathlib.Path(model).read_text()))
    keras.backend.clear_session()
    try:
        with ObjectSharingScope():
            loaded = keras.models.model_from_json(text)
    except Exception as error:  # Keras raises all kinds
        return str(error).replace('\n', ' ')
    count = loaded.count_params() if loaded.built else 0
    if count != totals['params'] and not totals['unknown_layers']:
        return f'{count} parameters, not {totals["params"]}'
    return 'other arrays' if kept and kept != arrays(json.loads(text)) else ''


def main(command, folder):
    passed, impossible, failed = 0, [], 0
    for path in sorted(pathlib.Path(folder).rglob('*.json')):
        if path.name.endswith('.facts.json'):
            continue
        fault = check(command, str(path))
        if not fault:
            passed += 1
        elif any(text in fault for text in IMPOSSIBLE):
            impossible.append(path.stem)
        else:
            failed += 1
            print(f'{path}: {fault[:300]}')
    print('Keras 3 cannot have', ', '.join(sorted(set(impossible))) or 'none of them')
    print(f'{passed} passed, {failed} failed, {len(impossible)} skipped')
    return failed > 0


sys.exit(main(*sys.argv[1:]))
