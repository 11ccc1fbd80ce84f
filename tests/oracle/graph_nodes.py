"""Writes models of Keras 2.6 and 2.12 in graph mode, where each node of
TensorFlow's graph becomes a layer (TensorFlowOpLayer), as it did by default
until TensorFlow 2.3.

    graph_nodes.py 2.6 ../golden/models/keras-2.6
    graph_nodes.py 2.12 ../golden/models/keras-2.12
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import oracle  # noqa: E402
import write_models  # noqa: E402


def graph_nodes(keras, tf):
    x, y = keras.Input((4, 5), name='x'), keras.Input((4, 5), name='y')
    return keras.Model([x, y], [
        tf.reshape(x * 2.0, (-1, 20)), tf.reduce_mean(x, axis=1),
        tf.concat([x, y], axis=-1), tf.nn.relu(x + y), 1.0 / x,
        tf.reduce_sum(x, axis=[1, 2], keepdims=True),
        tf.matmul(x, tf.transpose(y, [0, 2, 1])),
        tf.matmul(tf.reshape(x, (-1, 20)), tf.ones((20, 3))),
        x[:, 0], x[..., 1:4:2], x[:, None, :, -1], x[:, ::-1],
        tf.expand_dims(x, 1), tf.squeeze(tf.expand_dims(y, 2), 2),
        tf.stack([x, y], axis=1), tf.tile(x, [1, 2, 3]),
        tf.pad(x, [[0, 0], [1, 2], [0, 0]]), tf.cast(x, tf.int32),
        tf.maximum(x, 0.5), tf.pow(y, 2.0), x - [1., 2., 3., 4., 5.],
        tf.gather(x, [0, 2], axis=2), tf.sigmoid(y) > 0.5,
        tf.sqrt(tf.reduce_max(tf.abs(x), axis=-1)), tf.identity(y),
        tf.nn.softmax(x), keras.layers.Dense(3, name='out')(tf.exp(-y))])


def graph_lists(keras, tf):
    """Constants in front of tensors and among them, numbers below zero."""
    x, y = keras.Input((4, 5), name='x'), keras.Input((4, 5), name='y')
    s, t = (keras.Input(batch_shape=(3, 4, 5), name=n) for n in 'st')
    return keras.Model([x, y, s, t], [
        tf.stack([x, y], axis=-1), tf.stack([s, tf.ones((3, 4, 5)), t], axis=1),
        tf.concat([s, tf.ones((3, 2, 5))], axis=1),
        tf.concat([tf.ones((3, 2, 5)), s, tf.zeros((3, 1, 5)), t], axis=1),
        tf.matmul(tf.ones((6, 4)), s), tf.squeeze(tf.expand_dims(s, 0)),
        tf.squeeze(tf.expand_dims(x, -1), [-1]), tf.cast(x, tf.float64),
        tf.reduce_sum(x, axis=[-1]),
        keras.layers.Dense(2, name='out')(tf.stack([tf.ones((3, 5)), t[:, 0]], axis=-1))])


def main():
    era = sys.argv[1]
    import tensorflow as tf
    tf.compat.v1.disable_eager_execution()
    keras = oracle.load(era)
    build = graph_nodes if era == '2.6' else graph_lists
    write_models.write_one(era, keras, lambda: build(keras, tf),
                           os.path.join(sys.argv[2], build.__name__))


main()
