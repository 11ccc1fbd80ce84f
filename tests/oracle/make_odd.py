"""Files whose weights are not those of their config, which Keras never writes.

    python make_odd.py ../golden/files/odd      # needs h5py

What is said of them is in golden/command/odd.txt; the counts are those of the configs.
"""

import io
import json
import os
import sys
import zipfile

import h5py
import numpy as np

KERAS = "3.15.1"


def layer(class_name, name, **config):
    return {"class_name": class_name, "config": dict(config, name=name)}


def sequential(*layers):
    first = layer("InputLayer", "x", batch_shape=[None, 4])
    return {"module": "keras", "class_name": "Sequential",
            "config": {"name": "s", "layers": [first, *layers]}}


TWO = sequential(layer("Dense", "a", units=3), layer("Dense", "b", units=2))
UNKNOWN = sequential(layer("Mine", "m", inner={"units": 3}), layer("Dense", "b", units=2))
RIGHT = {"layers/dense": [(4, 3), (3,)], "layers/dense_1": [(3, 2), (2,)]}


def weights(groups):
    out = io.BytesIO()
    with h5py.File(out, "w") as f:
        for path, shapes in groups.items():
            for i, shape in enumerate(shapes):
                f.create_dataset("%s/vars/%d" % (path, i), shape, "int64" if shape == () else "f4")
    return out.getvalue()


def keras(path, config, groups=None, others=()):
    with zipfile.ZipFile(path, "w") as z:
        def add(name, data):
            z.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)
        add("metadata.json", json.dumps({"keras_version": KERAS}))
        add("config.json", json.dumps(config))
        for name, data in others:
            add(name, data)
        if groups is not None:
            add("model.weights.h5", weights(groups))


def legacy(path, config, layers):
    """layers: {layer: {weight: shape}}"""
    with h5py.File(path, "w") as f:
        f.attrs["keras_version"] = np.bytes_("2.12.0")
        f.attrs["model_config"] = np.bytes_(json.dumps(config))
        top = f.create_group("model_weights")
        top.attrs["layer_names"] = np.array([n.encode() for n in layers], "S16")
        for name, held in layers.items():
            group = top.create_group(name)
            group.attrs["weight_names"] = np.array([n.encode() for n in held], "S32")
            for weight, shape in held.items():
                group.create_dataset(weight, shape, "f4")


A = {"a/kernel:0": (4, 3), "a/bias:0": (3,)}
B = {"b/kernel:0": (3, 2), "b/bias:0": (2,)}


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)

    def at(name):
        return os.path.join(folder, name)

    keras(at("more.keras"), TWO, dict(RIGHT, **{"layers/dense_2": [(2, 2)]}))
    keras(at("fewer.keras"), TWO, {"layers/dense": RIGHT["layers/dense"]})
    keras(at("own.keras"), TWO, dict(RIGHT, **{"": [(7,)]}))
    keras(at("renamed.keras"), TWO, {"layers/one": [(4, 3), (3,)], "layers/two": [(3, 2), (2,)]})
    keras(at("swapped.keras"), TWO, {"layers/dense": [(3, 2), (2,)], "layers/dense_1": [(4, 3)]})
    keras(at("unknown.keras"), UNKNOWN, {"layers/mine": [(5,), ()], "layers/mine/part": [(2, 2)],
                                         "layers/dense": [(3, 2), (2,)]})
    keras(at("empty.keras"), UNKNOWN, {"layers/dense": [(3, 2), (2,)]})
    keras(at("many.keras"), TWO, dict(RIGHT, **{"layers/dense": [(2, 3)] * 40}))
    keras(at("npz.keras"), TWO, None, [("model.weights.npz", b"PK"), ("assets/words.txt", b"a\n")])
    legacy(at("more.h5"), TWO, {"a": A, "b": B, "c": {"c/kernel:0": (9, 9)}})
    legacy(at("fewer.h5"), TWO, {"a": A})
    legacy(at("renamed.h5"), TWO, {"one": A, "two": B})
    legacy(at("swapped.h5"), TWO, {"a": B, "b": A})
    legacy(at("unknown.h5"), UNKNOWN, {"m": {"m/kernel": (5, 2), "m/part/bias:x": (3,), "n": (1,)},
                                       "b": B})
    with h5py.File(at("first.h5"), "w") as f:
        f.attrs["nb_layers"] = 2
        f.create_group("layer_0")


if __name__ == "__main__":
    main()
