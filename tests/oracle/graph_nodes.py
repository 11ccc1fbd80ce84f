"""Writes golden/models/keras-2.6/graph_nodes.json: Keras 2.6 in graph mode,
where each node of TensorFlow's graph became a layer (TensorFlowOpLayer), as
it did by default until TensorFlow 2.3.

    graph_nodes.py OUT
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


def main():
    import tensorflow as tf
    tf.compat.v1.disable_eager_execution()
    keras = oracle.load('2.6')
    write_models.write_one('2.6', keras, lambda: graph_nodes(keras, tf),
                           os.path.join(sys.argv[1], 'graph_nodes'))


main()
