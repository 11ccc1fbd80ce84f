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


def weights(groups, names):
    out = io.BytesIO()
    with h5py.File(out, "w") as f:
        for path, shapes in groups.items():
            for i, shape in enumerate(shapes):
                f.create_dataset("%s/vars/%d" % (path, i), shape, "int64" if shape == () else "f4")
        for path, name in names.items():
            f.require_group(path + "/vars").attrs["name"] = name
    return out.getvalue()


def keras(path, config, groups=None, others=(), names={}, blanks=0, method=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w") as z:
        def add(name, data, method=zipfile.ZIP_STORED):
            z.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, method)
        add("metadata.json", json.dumps({"keras_version": KERAS}))
        add("config.json", json.dumps(config) + " " * blanks, method)
        for name, data in others:
            add(name, data)
        if groups is not None:
            add("model.weights.h5", weights(groups, names))


def legacy(path, config, layers, version="2.12.0", twice=()):
    """layers: {layer: {weight: shape}}; `twice` are named once more"""
    with h5py.File(path, "w") as f:
        f.attrs["keras_version"] = np.bytes_(version)
        f.attrs["model_config"] = np.bytes_(json.dumps(config))
        top = f.create_group("model_weights")
        top.attrs["layer_names"] = np.array([n.encode() for n in (*layers, *twice)], "S16")
        for name, held in layers.items():
            group = top.create_group(name)
            group.attrs["weight_names"] = np.array([n.encode() for n in held], "S32")
            for weight, shape in held.items():
                group.create_dataset(weight, shape, "f4")


INNER = sequential(layer("Sequential", "inner", layers=[layer("Dense", "d", units=3),
                                                        layer("Mine", "m", inner={"units": 3})]),
                   layer("Dense", "b", units=2))
PAIR = sequential(layer("Sequential", "pair", layers=[layer("Mine", "m"), layer("Mine", "n")]))
NORMAL = sequential(layer("Mine", "m"), {
    "class_name": "SpectralNormalization", "config": {"name": "sn", "layer": {
        "module": "keras.layers", "class_name": "Dense", "config": {"name": "d", "units": 2}}}})
FIRST = {"class_name": "Sequential", "keras_version": "1.2.2", "config": [
    layer("Dense", "a", output_dim=3, batch_input_shape=[None, 4], bias=True)]}
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
    # Names that the file tells: of all layers, of others and of the model; wrong ones; of a few.
    drop = layer("Dropout", "drop", rate=.5)
    keras(at("named.keras"), sequential(layer("Dense", "a", units=3), drop,
                                        layer("Dense", "b", units=2)),
          {"layers/dense": RIGHT["layers/dense_1"], "layers/dense_1": RIGHT["layers/dense"],
           "layers/dense_2": [(5,)], "rest": [(6,)], "": [(7,)]},
          names={"layers/dense_1": "a", "layers/dense": "b", "layers/dense_2": "c", "rest": "r",
                 "": "s"})
    keras(at("contrary.keras"), TWO, RIGHT, names={"layers/dense": "b", "layers/dense_1": []})
    keras(at("shifted.keras"), TWO, {"layers/dense": RIGHT["layers/dense_1"],
                                     "layers/dense_1": RIGHT["layers/dense"]},
          names={"layers/dense_1": "a"})
    keras(at("listing.keras"), TWO, dict(RIGHT, metrics=[(3,)], optimizer=[(2,)]))
    with open(at("listing.weights.h5"), "wb") as f:
        f.write(weights({"layers/dense": [(4, 3)], "layers/inner": [(2,)], "layers/inner/layers/dense":
                         [(3, 2)], "": [(7,)], "rest": [(6,)], "metrics/mean": [(3,)],
                         "optimizer": [(2,)]}, {"": "net", "layers/inner": "inside"}))
    keras(at("few_left.keras"), sequential(layer("Mine", "m", trainable=False), layer("Dense", "a", units=3),
                                           layer("Dense", "b", units=2)), {"layers/own": [(5,)]})
    keras(at("normalised.keras"), NORMAL, {
        "layers/mine": [(5,)], "layers/spectral_normalization": [(1, 2)],
        "layers/spectral_normalization/layer": [(3, 2), (2,)]})
    keras(at("all.keras"), sequential(*(layer("Dense", "d%d" % i, units=4) for i in range(30))),
          {"layers/dense%s" % ("_%d" % i if i else ""): [(9,)] for i in range(30)})
    keras(at("long.keras"), TWO, {"layers/dense": [(1,) * 30] * 3, "layers/dense_1": [(1,) * 30] * 3})
    keras(at("blanks.keras"), TWO, RIGHT, blanks=200000, method=zipfile.ZIP_DEFLATED)
    keras(at("unpacked.keras"), TWO, RIGHT, blanks=200000)
    keras(at("optimizer.keras"), TWO, dict(RIGHT, optimizer=[(), (4, 3)]), names={"optimizer": "lion"})
    legacy(at("twice.h5"), TWO, {"a": A, "b": B}, twice="a")
    legacy(at("inner.h5"), INNER, {"inner": {"inner/kernel:0": (4, 3), "inner/bias:0": (3,),
                                             "inner/moving_mean:0": (5,)}, "b": B})
    legacy(at("pair.h5"), PAIR, {"pair": {"w:0": (4, 3)}})
    legacy(at("lone.h5"), layer("Dense", "a", units=3), {"a": A})
    legacy(at("lone_twice.h5"), layer("Mine", "a"), {"a": A}, twice="a")
    legacy(at("keras1.h5"), FIRST, {"a": {"a_W": (4, 5), "a_b": (5,)}}, "1.2.2")
    with h5py.File(at("first.h5"), "w") as f:
        f.attrs["nb_layers"] = 2
        f.create_group("layer_0")


if __name__ == "__main__":
    main()
