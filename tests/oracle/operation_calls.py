"""Writes golden/operation_calls.json: calls of Keras 3's operations, what they give, and above all
what they refuse, of which no config can tell.

    operation_calls.py OUT.json

A case is as those of kinds.py: a constructor, the inputs (each an argument of its own), and perhaps
a dict of the call's other options. Products have their multiply-accumulates too.
"""
import ast
import importlib
import inspect
import json
import re
import sys

import kinds
import work

keras = kinds.keras
B, D, N = kinds.B, kinds.D, None


class Operations(object):
    """Every class of operations by its name."""

    def __getattr__(self, name):
        for module in 'numpy nn core image linalg math einops'.split():
            found = getattr(importlib.import_module('keras.src.ops.' + module), name, None)
            if found is not None:
                return found
        raise AttributeError(name)


def parts(text, kind):
    """The class of a constructor, and its options by their names, as text."""
    call = ast.parse(text, mode='eval').body
    names = list(inspect.signature(kind.__init__).parameters)[1:]
    given = list(zip(names, call.args)) + [(k.arg, k.value) for k in call.keywords]
    return {'class_name': call.func.attr, 'options': [[k, ast.unparse(v)] for k, v in given]}


def run(text, *rest):
    options = rest[-1] if rest and isinstance(rest[-1], dict) else {}
    inputs = [kinds.as_input(i) for i in rest if not isinstance(i, dict)]
    case = {'text': text, 'inputs': [{'shape': list(i.shape), 'dtype': i.dtype} for i in inputs]}
    if options:
        case['call'] = ', '.join('%s=%r' % o for o in options.items())
    keras.backend.clear_session()
    try:
        operation = eval(text, {'ops': Operations()})
        tensors = [keras.KerasTensor(i.shape, dtype=i.dtype) for i in inputs]
        if type(operation).__name__ in LISTS:
            tensors = [tensors]
        case['outputs'] = [kinds.tensor(t) for t in
                           keras.tree.flatten(operation.symbolic_call(*tensors, **options))]
        case.update(work.of_operation(text, operation, inputs, options))
    except Exception as error:
        case['error'] = kinds.message(error)
    case.update(parts(text, getattr(Operations(), re.match(r'ops\.(\w+)', text)[1])))
    return case


LISTS = 'Concatenate Stack Hstack Vstack Dstack FFT FFT2 IFFT2 ISTFT IRFFT'.split()

CASES = [
    # linalg
    ('ops.Cholesky()', (4, 4)), ('ops.Cholesky()', (4, 3)), ('ops.Cholesky()', B(4,)),
    ('ops.Inv()', (3, 4)), ('ops.Inv()', (3, 3)), ('ops.Det()', (3, 4)), ('ops.Det()', (3, 3)),
    ('ops.Det()', B(3)), ('ops.Eig()', (3, 3)), ('ops.Eigh()', (3, 4)), ('ops.Eigh()', (3, 3)),
    ('ops.LuFactor()', (3, 4)), ('ops.LuFactor()', B(4)), ('ops.Qr()', (3, 5)),
    ('ops.Qr("complete")', (5, 3)), ('ops.Qr("other")', (5, 3)), ('ops.Qr()', (N, 3)),
    ('ops.Qr()', B(3)), ('ops.SVD()', (3, 5)), ('ops.SVD(full_matrices=False)', (3, 5)),
    ('ops.SVD(compute_uv=False)', (5, 3)), ('ops.SVD()', B(3)), ('ops.SVD()', (N, 3)),
    ('ops.Solve()', (3, 3), (3,)), ('ops.Solve()', (3, 3), (3, 2)), ('ops.Solve()', (3, 4), (3, 2)),
    ('ops.Solve()', (3, 3), (4, 2)), ('ops.Solve()', B(3, 3), B(4)), ('ops.Solve()', B(3, 3), B()),
    ('ops.Solve()', B(3, 3), B(3)), ('ops.Solve()', B(2, 3, 3), B(2, 4)),
    ('ops.SolveTriangular()', (3, 3), (3, 2)), ('ops.SolveTriangular()', (3, 3), (4, 2)),
    ('ops.SolveTriangular()', B(3, 3), B(3)), ('ops.SolveTriangular(lower=True)', (3, 4), (3,)),
    ('ops.Lstsq()', B(5, 3), B(5)), ('ops.Lstsq()', B(5, 3), B(5, 2)),
    ('ops.Lstsq()', B(5, 3), B(4)), ('ops.Lstsq()', B(2, 5, 3), B(5)),
    ('ops.Lstsq()', B(5, 3), B(5, 2, 2)), ('ops.Lstsq()', B(5, 3), B()),
    ('ops.Norm(ord=2, axis=(0, 1))', B(3, 4)), ('ops.Norm(axis=(0, 1, 2))', (3, 4)),
    ('ops.Norm(axis=3)', (3, 4)), ('ops.Diag()', B(4)), ('ops.Diag(k=2)', B(4)),
    ('ops.Diag(k=-2)', B(4)), ('ops.Diag()', B(4, 5)), ('ops.Diag(k=1)', B(4, 5)),
    ('ops.Diag(k=-3)', B(4, 5)), ('ops.Diag(k=6)', B(4, 5)), ('ops.Diag()', B(2, 3, 4)),
    ('ops.Diag()', B()), ('ops.Diag()', B(N, 4)), ('ops.Diag()', B(N)), ('ops.Diagonal()', B(4, 5)),
    ('ops.Diagonal(offset=1)', B(4, 5)), ('ops.Diagonal(offset=-1, axis1=1, axis2=2)', (4, 5)),
    ('ops.Diagonal(axis1=1, axis2=1)', (4, 5)), ('ops.Diagonal()', B(4)),
    ('ops.Diagonal(axis1=0, axis2=3)', (4, 5)), ('ops.Diagonal()', (4,)),
    ('ops.Diagflat()', B(2, 3)), ('ops.Diagflat(k=-1)', B(2, 3)), ('ops.Diagflat()', B(N, 3)),
    ('ops.Trace()', (4, 4)), ('ops.Trace(axis1=1, axis2=2)', (4, 5)), ('ops.Trace()', B(4)),
    ('ops.Trace(axis1=1, axis2=1)', (4, 5)), ('ops.Cross()', (3,), (3,)),
    ('ops.Cross()', (2,), (2,)), ('ops.Cross()', (2,), (3,)), ('ops.Cross()', (4,), (4,)),
    ('ops.Cross()', (5, 3), (4, 3)), ('ops.Cross()', (N,), (3,)),
    ('ops.Cross(axis=1)', (3, 5), (3, 5)), ('ops.Cross(axisa=1, axisb=2, axisc=0)', (3, 5), (5, 3)),
    ('ops.Cross(axis=3)', (3,), (3,)), ('ops.Kron()', B(2, 3), B(4, 5)),
    ('ops.Kron()', B(2), B(4, 5)), ('ops.Kron()', (3,), (4,)), ('ops.Vdot()', B(4), B(4)),
    ('ops.Inner()', (4,), (3,)), ('ops.Inner()', (4,), B(4)), ('ops.Outer()', (2, 3), B(4, 5)),
    ('ops.Vander()', B(4)), ('ops.Vander(N=3)', B(4)), ('ops.Vander()', B()),
    ('ops.Vander()', B(N)), ('ops.Vander()', B(2, 3)), ('ops.Vander(N=0)', B(4)),
    ('ops.Slogdet()', (3, 3)), ('ops.Slogdet()', (3, 4)), ('ops.Trace(offset=2)', B(3, 4)),
    ('ops.Triu(k=1)', (3, 4)),
    # matrix
    ('ops.Matmul()', (3, 4), (4, 5)), ('ops.Matmul()', (3, 4), (3, 5)),
    ('ops.Matmul()', B(), (3, 4)), ('ops.Matmul()', (3, 4), B()),
    ('ops.Matmul()', B(2, 3, 4), B(3, 4, 5)), ('ops.Matmul()', B(4), B(4)),
    ('ops.Matmul()', B(4), B(3)), ('ops.Matmul()', B(4), (4, 5)), ('ops.Matmul()', (4, 5), B(5)),
    ('ops.Matmul()', D('int8', B(3, 4)), D('int8', B(4, 5))),
    ('ops.Matmul()', D('int8', B(3, 4)), D('uint8', B(4, 5))),
    ('ops.Matmul()', D('bool', B(3, 4)), D('bool', B(4, 5))), ('ops.Dot()', (3, 4), B(4, 5)),
    ('ops.Dot()', (3, 4), B(3, 5)), ('ops.Dot()', (3, 4), B(4)), ('ops.Dot()', (3, 4), B(5)),
    ('ops.Dot()', B(2, 3, 4), B(5, 4, 6)), ('ops.Dot()', B(4), B(4)),
    ('ops.Tensordot()', (3, 4), B(3, 4, 5)), ('ops.Tensordot()', (3, 4), B(4, 3)),
    ('ops.Tensordot(axes=1)', (3, 4), B(4, 5)), ('ops.Tensordot(axes=1)', (3, 4), B(3, 5)),
    ('ops.Tensordot(axes=0)', (3, 4), B(5)), ('ops.Tensordot(axes=([1], [0]))', (3, 4), B(3, 5)),
    ('ops.Tensordot(axes=([1], [0]))', (3, 4), B(5, 3)),
    ('ops.Tensordot(axes=([1, 2], [0]))', (3, 4), B(3, 5)),
    ('ops.Tensordot(axes=([1], [4]))', (3, 4), B(3, 5)),
    ('ops.Tensordot(axes=[[2], [1]])', (3, 4), B(5, 4)), ('ops.Correlate()', B(5), B(3)),
    ('ops.Correlate(mode="same")', B(5), B(3)), ('ops.Correlate(mode="full")', B(5), B(3)),
    ('ops.Correlate()', B(3), B(5)), ('ops.Correlate()', B(3, 3), B(5)),
    ('ops.Correlate()', B(), B(5)), ('ops.Correlate(mode="other")', B(5), B(3)),
    ('ops.DotProductAttention()', (5, 2, 4), (6, 2, 4), (6, 2, 4)),
    ('ops.Einsum("bij,bjk->bik")', (3, 4), (4, 5)), ('ops.Einsum("bij,bjk->bik")', (3, 4)),
    ('ops.Einsum("bii->bi")', (3, 3)), ('ops.Einsum("...i,ij->...j")', (3, 4), B(4, 6)),
    ('ops.Einsum("ij,jk,kl->il")', B(2, 3), B(3, 4), B(4, 5)),
    ('ops.Einsum("ij,jk")', B(2, 3), B(3, 4)), ('ops.Einsum("ba")', B(2, 3)),
    ('ops.Einsum("b...->b")', (3, 4)),
    # joins
    ('ops.Concatenate()', B(2, 3), B(4, 3)), ('ops.Concatenate(axis=1)', B(2, 3), B(4, 3)),
    ('ops.Concatenate(axis=2)', B(2, 3), B(4, 3)), ('ops.Concatenate()', B(2, 3), B(4, 3, 1)),
    ('ops.Concatenate(axis=None)', B(2, 3), B(4, 3)), ('ops.Stack()', B(2, 3), B(2, 3, 1)),
    ('ops.Stack(axis=3)', B(2, 3), B(2, 3)), ('ops.Stack(axis=-3)', B(2, 3), B(2, 3)),
    ('ops.Stack(axis=-4)', B(2, 3), B(2, 3)), ('ops.Stack()', B(2, 3), B(N, 3)),
    ('ops.Hstack()', B(2, 3), B(2, 4)), ('ops.Hstack()', B(2, 3), B(3, 4)),
    ('ops.Hstack()', B(2), B(3)), ('ops.Vstack()', B(2, 3), B(4, 3)),
    ('ops.Vstack()', B(2, 3), B(4, 4)), ('ops.Vstack()', B(3), B(3)),
    ('ops.Dstack()', B(2, 3, 4), B(2, 3, 5)), ('ops.Dstack()', B(2, 3, 4), B(2, 4, 5)),
    ('ops.Dstack()', B(2, 3), B(2, 3)), ('ops.Dstack()', B(2, 3, N), B(2, 3, 5)),
    ('ops.Dstack()', B(3), B(3)), ('ops.Dstack()', B(2, 3), B(2, 3, 4)),
    ('ops.Append()', B(2, 3), B(4)), ('ops.Append()', B(2, N), B(4)),
    ('ops.Append()', B(2, 3), D('int32', B(N))), ('ops.Append(axis=1)', B(2, 3), B(2, 4)),
    ('ops.Append(axis=1)', B(2, 3), B(3, 4)), ('ops.Append(axis=2)', B(2, 3), B(2, 4)),
    ('ops.Append(axis=0)', B(2, 3), B(3)), ('ops.Split(3, axis=1)', (6, 4)),
    ('ops.Split(4, axis=1)', (6, 4)), ('ops.Split(2, axis=3)', (6, 4)),
    ('ops.Split([2, 5], axis=1)', (6, 4)), ('ops.Split([5, 2], axis=1)', (6, 4)),
    ('ops.Split([2, 9], axis=1)', (6, 4)), ('ops.Split([2, 2], axis=1)', (6, 4)),
    ('ops.Split(2)', (6, 4)), ('ops.Split([2])', (6, 4)), ('ops.Split(0, axis=1)', (6, 4)),
    ('ops.Split([6], axis=1)', (6, 4)), ('ops.Split((1, 3), axis=-1)', (6, 4)),
    ('ops.ArraySplit(4, axis=1)', (6, 4)), ('ops.ArraySplit(7, axis=1)', (6, 4)),
    ('ops.ArraySplit(2, axis=-1)', (6, 5)), ('ops.Unstack(axis=1)', (3, 4)),
    ('ops.Unstack()', (3, 4)), ('ops.Unstack(num=2)', (3, 4)), ('ops.Unstack(axis=3)', (3, 4)),
    ('ops.Unstack(num=2, axis=1)', (3, 4)), ('ops.Unstack()', B()),
    # image
    ('ops.RGBToGrayscale()', (8, 8, 3)), ('ops.RGBToGrayscale()', (8, 8, 4)),
    ('ops.RGBToGrayscale()', (8,)), ('ops.RGBToGrayscale()', (8, 8, 1)),
    ('ops.RGBToGrayscale(data_format="channels_first")', (3, 8, 8)),
    ('ops.RGBToGrayscale()', B(8, 8, 3)), ('ops.RGBToGrayscale()', (8, 8, N)),
    ('ops.RGBToHSV()', (8, 8, 3)), ('ops.RGBToHSV()', (8, 8, 1)),
    ('ops.RGBToHSV()', D('int32', (8, 8, 3))), ('ops.RGBToHSV()', (8,)),
    ('ops.HSVToRGB()', (8, 8, 3)), ('ops.HSVToRGB()', (8, 8, 2)),
    ('ops.HSVToRGB()', D('uint8', (8, 8, 3))),
    ('ops.HSVToRGB(data_format="channels_first")', D('float16', (3, 8, 8))),
    ('ops.AffineTransform()', (8, 9, 3), (8,)), ('ops.AffineTransform()', B(8, 9, 3), B(8)),
    ('ops.AffineTransform()', (8, 9), (8,)), ('ops.AffineTransform()', (8, 9, 3), B(8)),
    ('ops.AffineTransform()', (8, 9, 3), B(2, 2, 8)), ('ops.AffineTransform()', B(9, 3), B(8)),
    ('ops.PerspectiveTransform()', (8, 9, 3), B(4, 2), B(4, 2)),
    ('ops.PerspectiveTransform()', (8, 9, 3), (4, 2), (4, 2)),
    ('ops.PerspectiveTransform()', (8, 9, 3), (3, 2), (4, 2)),
    ('ops.PerspectiveTransform()', (8, 9, 3), (4, 2), (4, 3)),
    ('ops.PerspectiveTransform()', (8, 9, 3), B(4, 2), (4, 2)),
    ('ops.PerspectiveTransform()', (9, 3), B(4, 2), B(4, 2)),
    ('ops.MapCoordinates(1)', B(5, 6), B(2, 7)), ('ops.MapCoordinates(1)', B(5, 6), B(3, 7)),
    ('ops.MapCoordinates(1)', B(5, 6), B(2)), ('ops.MapCoordinates(1)', B(5, 6), B(2, 7, 8)),
    ('ops.CropImages(1, 2, None, None, 3, 3)', (8, 9, 3)),
    ('ops.CropImages(1, 2, 1, 1)', (8, 9, 3)), ('ops.CropImages(1, 2, 1, 1)', (8, 9)),
    ('ops.CropImages(1, 2)', (8, 9, 3)), ('ops.CropImages(1, 2, 1, 1, 3, 3)', (8, 9, 3)),
    ('ops.CropImages(9, 2, 1, 1)', (8, 9, 3)),
    ('ops.CropImages(1, 2, None, None, 9, 3)', (8, 9, 3)),
    ('ops.CropImages(1, 2, 1, 1)', (N, 9, 3)),
    ('ops.CropImages(1, 2, None, None, 3, 3)', (N, N, 3)),
    ('ops.CropImages(1, 2, 1, 1)', B(8, 9, 3)),
    ('ops.CropImages(None, None, 1, 1, 3, 3)', (8, 9, 3)),
    ('ops.CropImages(4, 2, 4, 1)', (8, 9, 3)),
    ('ops.CropImages(1, 2, 1, 1, data_format="channels_first")', (3, 8, 9)),
    ('ops.PadImages(1, 2, None, None, 12, 13)', (8, 9, 3)),
    ('ops.PadImages(1, 2, 1, 1)', (8, 9, 3)), ('ops.PadImages(1, 2, None, None, 8, 13)', (8, 9, 3)),
    ('ops.PadImages(1, 2, 1, 1)', (N, 9, 3)), ('ops.PadImages(1, 2)', (8, 9, 3)),
    ('ops.PadImages(1, 2, 1, 1)', (9, 3)), ('ops.PadImages(1, 2, None, None, 9, 13)', (8, 9, 3)),
    ('ops.PadImages(1, 2, None, None, 9, 11, data_format="channels_first")', (3, 8, 9)),
    ('ops.ExtractPatches((3, 2))', (8, 9, 3)), ('ops.ExtractPatches(3, strides=1)', (8, 9, 3)),
    ('ops.ExtractPatches(10)', (8, 9, 3)), ('ops.ExtractPatches(3, padding="same")', (8, 9, 3)),
    ('ops.ExtractPatches(3, strides=1, dilation_rate=2)', (8, 9, 3)),
    ('ops.ExtractPatches(3)', (8,)),
    ('ops.ExtractPatches(3, strides=1, dilation_rate=4)', (8, 9, 3)),
    ('ops.ExtractPatches(3)', B(8, 9, 3)),
    ('ops.ExtractPatches(3, data_format="channels_first")', (3, 8, 9)),
    ('ops.ExtractPatches(3)', (N, N, 3)), ('ops.ExtractPatches(10, padding="same")', (8, 9, 3)),
    ('ops.ExtractPatches(8, strides=1)', (8, 9, 3)), ('ops.Resize((3, 4))', (8, 9, 3)),
    ('ops.Resize((3, 4))', (8,)), ('ops.Resize((3, 4))', B(8, 9, 3)),
    ('ops.Resize((3, 4), data_format="channels_first")', (3, 8, 9)),
    ('ops.GaussianBlur()', (8, 9, 3)), ('ops.ElasticTransform()', (8, 9, 3)),
    ('ops.DepthToSpace(2)', (4, 5, 8)), ('ops.DepthToSpace(2)', (4, 5, 6)),
    ('ops.DepthToSpace(2)', (4, 5)),
    ('ops.DepthToSpace(2, data_format="channels_first")', (8, 4, 5)),
    ('ops.DepthToSpace(2)', (N, 5, 8)), ('ops.SpaceToDepth(2)', (4, 6, 3)),
    ('ops.SpaceToDepth(2)', (4, 5, 3)), ('ops.SpaceToDepth(2)', (4, 6)),
    ('ops.SpaceToDepth(2)', (N, 6, 3)),
    ('ops.SpaceToDepth(2, data_format="channels_first")', (3, 4, 6)), ('ops.Unfold(2)', (3, 8, 9)),
    ('ops.Unfold((2, 3), stride=2)', (3, 8, 9)),
    ('ops.Unfold(2, dilation=3, padding=1)', (3, 8, 9)), ('ops.Unfold(2)', (8, 9)),
    ('ops.Unfold(2)', (3, N, 9)), ('ops.Unfold(8)', (3, 8, 9)), ('ops.Fold((8, 9), 2)', (12, 56)),
    ('ops.Fold((8, 9), 2)', (11, 56)), ('ops.Fold((8, 9), 2)', (12,)),
    ('ops.Fold((8, 9), (2, 3), stride=2)', (12, 16)),
    # windows
    ('ops.Conv(1)', (9, 8, 3), B(3, 2, 3, 5)), ('ops.Conv(1)', (9, 8, 4), B(3, 2, 3, 5)),
    ('ops.Conv(1)', (9, 8, 6), B(3, 2, 3, 6)), ('ops.Conv(1)', (9,), B(3, 2)),
    ('ops.Conv(1)', (9, 3), B(3, 2, 3, 5)), ('ops.Conv((1, 1, 1))', (9, 8, 3), B(3, 2, 3, 5)),
    ('ops.Conv((2, 1))', (9, 8, 3), B(3, 2, 3, 5)), ('ops.Conv(1)', (2, 8, 3), B(3, 2, 3, 5)),
    ('ops.Conv(1, "same")', (2, 8, 3), B(3, 2, 3, 5)),
    ('ops.Conv(1, dilation_rate=2)', (9, 8, 3), B(3, 2, 3, 5)),
    ('ops.Conv(1, dilation_rate=5)', (9, 8, 3), B(3, 2, 3, 5)),
    ('ops.Conv(1, dilation_rate=4)', (9, 8, 3), B(3, 2, 3, 5)),
    ('ops.Conv(1, dilation_rate=(2, 2, 2))', (9, 8, 3), B(3, 2, 3, 5)),
    ('ops.Conv(1)', (N, 8, 3), B(3, 2, 3, 5)),
    ('ops.Conv(1, data_format="channels_first")', (3, 9, 8), B(3, 2, 3, 5)),
    ('ops.Conv(2)', (9, 3), B(3, 3, 5)), ('ops.Conv(1)', (3, 8, 3), B(3, 2, 3, 5)),
    ('ops.Conv(1)', (4, 4, 4, 3), B(3, 2, 2, 3, 5)),
    ('ops.DepthwiseConv(1)', (9, 8, 3), B(3, 2, 3, 5)),
    ('ops.DepthwiseConv(1)', (9, 8, 4), B(3, 2, 3, 5)),
    ('ops.DepthwiseConv(2, "same")', (9, 3), B(3, 3, 2)), ('ops.DepthwiseConv(1)', (9, 3), B(3, 3)),
    ('ops.SeparableConv(1)', (9, 8, 3), B(3, 2, 3, 2), B(1, 1, 6, 7)),
    ('ops.SeparableConv(1)', (9, 8, 3), B(3, 2, 3, 2), B(1, 1, 5, 7)),
    ('ops.SeparableConv(1)', (9, 8, 4), B(3, 2, 3, 2), B(1, 1, 6, 7)),
    ('ops.ConvTranspose(2)', (9, 8, 3), B(3, 2, 5, 3)),
    ('ops.ConvTranspose(2)', (9, 8, 4), B(3, 2, 5, 3)),
    ('ops.ConvTranspose(2, "same")', (9, 8, 3), B(3, 2, 5, 3)),
    ('ops.ConvTranspose(2, "same", output_padding=1)', (9, 8, 3), B(3, 2, 5, 3)),
    ('ops.ConvTranspose(2, dilation_rate=1, output_padding=(1, 0))', (9, 8, 3), B(3, 2, 5, 3)),
    ('ops.ConvTranspose(1, dilation_rate=2)', (9, 8, 3), B(3, 2, 5, 3)),
    ('ops.ConvTranspose(2)', (N, N, 3), B(3, 2, 5, 3)),
    ('ops.ConvTranspose(2, data_format="channels_first")', (3, 9, 8), B(3, 2, 5, 3)),
    ('ops.MaxPool(10)', (9, 8, 3)), ('ops.MaxPool((2, 2, 2))', (9, 8, 3)),
    ('ops.AveragePool(2, strides=(1, 2, 3))', (9, 8, 3)),
    ('ops.AveragePool(2, 3, "same", "channels_first")', (3, 9, 8)),
    ('ops.AdaptiveMaxPool(2)', (3,)),
    ('ops.AdaptiveMaxPool((2, 3), data_format="channels_first")', (3, 9, 8)),
    # losses
    ('ops.BinaryCrossentropy()', (4,), (4,)), ('ops.BinaryCrossentropy()', (4,), (5,)),
    ('ops.BinaryCrossentropy()', (4,), (4, 1)), ('ops.CategoricalCrossentropy()', (4,), (4,)),
    ('ops.CategoricalCrossentropy()', (4,), (5,)), ('ops.CategoricalCrossentropy()', B(), B()),
    ('ops.CategoricalCrossentropy(axis=1)', (4, 5), (4, 5)),
    ('ops.CategoricalCrossentropy(axis=3)', (4,), (4,)),
    ('ops.SparseCategoricalCrossentropy()', D('int32', B(N)), (4,)),
    ('ops.SparseCategoricalCrossentropy()', D('int32', (5,)), (5, 4)),
    ('ops.SparseCategoricalCrossentropy()', D('int32', (5,)), (4, 4)),
    ('ops.SparseCategoricalCrossentropy()', D('int32', (5,)), (4,)),
    ('ops.SparseCategoricalCrossentropy()', D('int32', (1,)), (4,)),
    ('ops.SparseCategoricalCrossentropy()', D('int32', B()), B()),
    ('ops.SparseCategoricalCrossentropy(axis=1)', D('int32', (5,)), (4, 5)),
    ('ops.SparseCategoricalCrossentropy(axis=4)', D('int32', (5,)), (5, 4)),
    ('ops.CTCLoss()', D('int32', B(2, 3)), B(2, 7, 5), D('int32', B(2)), D('int32', B(2))),
    ('ops.CTCLoss()', D('int32', B(2, 3)), B(3, 7, 5), D('int32', B(2)), D('int32', B(2))),
    ('ops.CTCLoss()', D('int32', B(2, 3)), B(2, 7, 5), D('int32', B(3)), D('int32', B(2))),
    ('ops.CTCDecode()', B(2, 7, 5), D('int32', B(2))),
    ('ops.CTCDecode()', B(2, 7), D('int32', B(2))),
    ('ops.CTCDecode("beam_search", top_paths=2)', B(2, 7, 5), D('int32', B(2))),
    ('ops.PSNR(1.0)', (4, 5), (4, 5)), ('ops.PSNR(1.0)', (4, 5), (4, 5, 1)),
    ('ops.PSNR(1.0)', (4, 5), (5, 5)), ('ops.Normalize(axis=1)', (4, 5)),
    ('ops.Polar()', (4,), (4,)), ('ops.Polar()', (4,), (5,)),
    ('ops.SSIM()', (16, 16, 3), (16, 16, 3)), ('ops.SSIM()', (16, 16, 3), (16, 15, 3)),
    ('ops.SSIM()', (16, 3), (16, 3)),
    # casts
    ('ops.OneHot(5)', D('int32', (4,))), ('ops.OneHot(5, axis=1)', D('int32', (4,))),
    ('ops.OneHot(5, axis=0)', D('int32', (4,))), ('ops.OneHot(5, axis=3)', D('int32', (4,))),
    ('ops.OneHot(5, axis=2)', D('int32', (4,))), ('ops.MultiHot(5)', D('int32', (4,))),
    ('ops.MultiHot(5)', D('int32', B(4))), ('ops.MultiHot(5)', D('int32', (3, 4))),
    ('ops.View("int32")', (4,)), ('ops.View("int16")', (4,)),
    ('ops.View("float32")', D('int16', (4,))), ('ops.View("float32")', D('int16', (3,))),
    ('ops.View("int16")', B()), ('ops.View()', (4,)), ('ops.View("float64")', (N,)),
    ('ops.Cumsum(axis=3)', (4,)), ('ops.Cumsum(dtype="int32")', (4,)),
    # reshape
    ('ops.Reshape((2, 6))', B(3, 4)), ('ops.Reshape((2, 5))', B(3, 4)),
    ('ops.Reshape((5, -1))', B(3, 4)), ('ops.Reshape((0, -1))', B(3, 4)),
    ('ops.Reshape((3, -1))', B(3, 4)), ('ops.Reshape((-1, 4))', (3, 4)),
    ('ops.Reshape((-1, 5))', (3, 4)), ('ops.Reshape((2, -1, -1))', B(3, 4)),
    ('ops.Moveaxis(1, 2)', (3, 4)), ('ops.Moveaxis((1, 2), (2,))', (3, 4)),
    ('ops.Moveaxis((1, 2), (0, 0))', (3, 4)), ('ops.Moveaxis(3, 0)', (3, 4)),
    ('ops.Moveaxis(0, 3)', (3, 4)), ('ops.Moveaxis((0, 2), (2, 1))', (3, 4)),
    ('ops.Moveaxis(-1, 0)', (3, 4)), ('ops.Swapaxes(0, 3)', (3, 4)), ('ops.Swapaxes(1, 2)', (3, 4)),
    ('ops.Transpose((0, 2, 3))', (3, 4)), ('ops.Transpose((0, -1, 1))', (3, 4)),
    ('ops.ExpandDims(3)', (3, 4)), ('ops.ExpandDims(4)', (3, 4)), ('ops.ExpandDims(-4)', (3, 4)),
    ('ops.ExpandDims(-5)', (3, 4)), ('ops.ExpandDims((0, 1))', (3, 4)),
    ('ops.ExpandDims((1, 1))', (3, 4)), ('ops.Squeeze()', B(1, 3, 1)),
    ('ops.Squeeze(1)', B(1, 3, 1)), ('ops.Squeeze(2)', B(1, 3, 1)),
    ('ops.Squeeze((0, 2))', B(1, 3, 1)), ('ops.Squeeze(1)', (N, 4)), ('ops.Squeeze()', (1, 4)),
    ('ops.Squeeze(3)', B(1, 3, 1)), ('ops.BroadcastTo((2, 3, 4))', B(3, 1)),
    ('ops.BroadcastTo((2, 3, 4))', B(3, 2)), ('ops.BroadcastTo((3, 4))', B(1)),
    ('ops.BroadcastTo((3, 4))', B(N, 4)), ('ops.Tile(2)', B(3, 4)),
    ('ops.Tile((2, 3, 4))', B(3, 4)), ('ops.Tile((2, 3))', B(5, 3, 4)), ('ops.Repeat(2)', B(3, 4)),
    ('ops.Repeat(2, axis=1)', B(3, 4)), ('ops.Repeat((1, 2, 3), axis=0)', B(3, 4)),
    ('ops.Repeat((1, 2, 3), axis=1)', B(3, 4)), ('ops.Repeat(2, axis=2)', B(3, 4)),
    ('ops.Repeat((2,), axis=1)', B(3, 4)), ('ops.Repeat((1, 2, 3))', B(3)),
    ('ops.Repeat(2)', B(N, 4)), ('ops.Rot90()', B(3, 4)), ('ops.Rot90(2)', B(3, 4)),
    ('ops.Rot90(3)', B(3, 4)), ('ops.Rot90(-1)', B(3, 4)), ('ops.Rot90(axes=(1, 2))', (3, 4)),
    ('ops.Rot90(axes=(1, 1))', (3, 4)), ('ops.Rot90(axes=(1,))', (3, 4)),
    ('ops.Rot90(axes=(1, 3))', (3, 4)), ('ops.Rot90()', B(3)), ('ops.Ravel()', B(N, 3)),
    ('ops.Rot90(axes=(0, 2))', B(3, 4, 5)),
    # scatter
    ('ops.Scatter((4, 5))', D('int32', B(3, 2)), B(3)),
    ('ops.ScatterUpdate()', B(4, 5), D('int32', B(3, 2)), B(3)),
    ('ops.Slice((1, 2))', B(4, 5), D('int32', B(2))),
    ('ops.Slice((1, 2, 3))', B(4, 5), D('int32', B(2))),
    ('ops.Slice((1, 2))', B(4, 5), D('int32', B(3))),
    ('ops.SliceUpdate()', B(4, 5), D('int32', B(2)), B(1, 2)), ('ops.Digitize()', B(4), B(5)),
    ('ops.Digitize()', B(4), B(5, 6)), ('ops.Digitize()', B(2, 4), B(5)),
    ('ops.SearchSorted()', B(5), B(3)), ('ops.SearchSorted()', B(5, 2), B(3)),
    ('ops.SearchSorted("right")', B(5), B(3, 2)), ('ops.Bincount()', D('int32', B(4))),
    ('ops.Bincount(minlength=7)', D('int32', B(4))), ('ops.UnravelIndex((4, 5))', D('int32', B(3))),
    ('ops.UnravelIndex((4, 5, 6))', D('int32', B(3, 2))),
    ('ops.UnravelIndex((4, None))', D('int32', B(3))), ('ops.InTopK(2)', D('int32', B(3)), B(3, 5)),
    ('ops.InTopK(2)', D('int32', B(3)), B(4, 5)), ('ops.Ndim()', (3, 4)),
    ('ops.IsIn()', B(3, 4), B(5)), ('ops.Argpartition(2)', (5,)),
    ('ops.Argpartition(2, axis=3)', (5,)), ('ops.Histogram(5)', B(9)), ('ops.Nonzero()', B(3, 4)),
    ('ops.Nonzero()', B()),
    # select
    ('ops.GetItem()', (3, 4), {'key': 1}), ('ops.GetItem()', B(7, 4), {'key': (None, 2, None)}),
    ('ops.Take(axis=1)', (3, 4), D('int32', B(2))), ('ops.Take(axis=3)', (3, 4), D('int32', B(2))),
    ('ops.Take()', (3, 4), D('int32', B(2, 5))),
    ('ops.TakeAlongAxis(axis=1)', (3, 4), D('int32', (2, 4))),
    ('ops.TakeAlongAxis(axis=1)', (3, 4), D('int32', (2, 5))),
    ('ops.TakeAlongAxis(axis=1)', (3, 4), D('int32', (2,))),
    ('ops.TakeAlongAxis()', B(3, 4), D('int32', B(5))),
    ('ops.TakeAlongAxis()', B(3, 4), D('int32', B(5, 4))),
    ('ops.TakeAlongAxis(axis=3)', (3, 4), D('int32', (2, 4))),
    ('ops.TakeAlongAxis(axis=2)', (3, 4), D('int32', (1, 4))), ('ops.TopK(2)', (5,)),
    ('ops.TopK(6)', (5,)), ('ops.TopK(2)', B()), ('ops.Pad(1)', B(3, 4)),
    ('ops.Pad((1, 2))', B(3, 4)), ('ops.Pad(((1, 2), (3, 4)))', B(3, 4)),
    ('ops.Pad(((1, 2),))', B(3, 4)), ('ops.Pad(((1, 2), (3, 4), (5, 6)))', B(3, 4)),
    ('ops.Pad(((0, 0), (3, 4)))', (4,)), ('ops.Pad(((0, 0), (3, 4)), "reflect")', (5,)),
    ('ops.Diff()', (5,)), ('ops.Diff(n=3)', (5,)), ('ops.Diff(n=6)', (5,)),
    ('ops.Diff(axis=3)', (5,)), ('ops.Diff(n=0)', (5,)), ('ops.Diff(n=5)', (5,)),
    ('ops.Glu(axis=2)', (5, 6)), ('ops.Glu(axis=1)', (5, 6)), ('ops.Glu(axis=3)', (5, 6)),
    # signals
    ('ops.FFT()', (8,), (8,)), ('ops.FFT()', (8,), (9,)), ('ops.FFT()', (8,), (8, 1)),
    ('ops.FFT2()', (8, 9), (8, 9)), ('ops.FFT2()', B(8), B(8)), ('ops.FFT()', (N,), (N,)),
    ('ops.FFT2()', (N, 8), (N, 8)), ('ops.IFFT2()', (8, 9), (8, 9)),
    ('ops.IFFT2()', (8, N), (8, N)), ('ops.FFT()', B(), B()), ('ops.RFFT()', (8,)),
    ('ops.RFFT()', (N,)), ('ops.RFFT(10)', (8,)), ('ops.RFFT(7)', (N,)), ('ops.RFFT()', B()),
    ('ops.IRFFT()', (5,), (5,)), ('ops.IRFFT(9)', (5,), (5,)), ('ops.IRFFT()', (5,), (6,)),
    ('ops.IRFFT()', (N,), (N,)), ('ops.STFT(4, 2, 6)', (20,)),
    ('ops.STFT(4, 2, 6, center=False)', (20,)), ('ops.STFT(4, 2, 6)', (N,)),
    ('ops.STFT(4, 2, 6, center=False)', (3,)), ('ops.STFT(4, 2, 6, center=False)', (6,)),
    ('ops.STFT(4, 2, 6, center=False)', (5,)), ('ops.ISTFT(4, 2, 6)', (9, 4), (9, 4)),
    ('ops.ISTFT(4, 2, 6, center=False)', (9, 4), (9, 4)),
    ('ops.ISTFT(4, 2, 6, length=11)', (9, 4), (9, 4)), ('ops.ISTFT(4, 2, 6)', (N, 4), (N, 4)),
    ('ops.ISTFT(4, 2, 6)', (9, 4), (9, 5)), ('ops.ISTFT(4, 2, 6)', (9, 5), (9, 5)),
    ('ops.ExtractSequences(4, 2)', (20,)), ('ops.ExtractSequences(4, 2)', (3,)),
    ('ops.ExtractSequences(4, 2)', (4,)), ('ops.ExtractSequences(4, 2)', (N,)),
    # ranges
    ('ops.Linspace()', (3,), (3,)), ('ops.Linspace(7)', B(3), B(2, 3)),
    ('ops.Linspace(7)', B(3), B(2)), ('ops.Linspace(7, axis=1)', B(3), B(3)),
    ('ops.Linspace(7, axis=3)', B(3), B(3)), ('ops.Linspace(7, axis=-1)', B(3), D('int32', B(3))),
    ('ops.Linspace(7, dtype="float16")', B(3), B(3)), ('ops.Logspace(7)', B(3), B(3)),
    ('ops.Logspace(7, axis=-1)', B(3), B(1)), ('ops.Logspace(7)', B(3), B(2)),
    ('ops.Meshgrid()', B(3), B(4)), ('ops.Meshgrid("ij")', B(3), B(4)),
    ('ops.Meshgrid("ij")', B(3)), ('ops.Meshgrid()', B(3, 2), B(4)),
    ('ops.Meshgrid()', B(3), B(4), B(5)),
    # einops
    ('ops.Rearrange()', (6, 4), {'pattern': 'b h -> b h'}),
    ('ops.Rearrange()', (6, 4), {'pattern': 'b h w -> b (h x)'}),
    ('ops.Rearrange()', (6, 4), {'pattern': 'b h w c -> b h w c'}),
    # reductions
    ('ops.Quantile(axis=1)', (4, 5), B(3)), ('ops.Quantile(axis=3)', (4, 5), B(3)),
    ('ops.Quantile(axis=1, keepdims=True)', (4, 5), B(3)),
    ('ops.Quantile(axis=1)', (4, 5), B(3, 2)), ('ops.Average(axis=1)', (4, 5), (4, 5)),
    ('ops.Average(axis=1)', (4, 5), B(4)), ('ops.Moments((0, 1))', (4, 5)),
    ('ops.Moments((3,))', (4, 5)), ('ops.Moments((1,), keepdims=True)', D('float16', (4, 5))),
    ('ops.Trapezoid()', (4, 5)), ('ops.Trapezoid(axis=1)', (4, 5)),
    ('ops.Median(axis=(1, 2))', (4, 5)), ('ops.Argmax(axis=3)', (4, 5)),
    ('ops.Argmax(keepdims=True)', (4, 5)), ('ops.Sum(axis=-4)', (4, 5)),
    ('ops.Logsumexp(axis=(1, 2), keepdims=True)', (4, 5)),
    ('ops.Norm(ord="fro", axis=1)', (4, 5)), ('ops.Norm(ord=3)', B(4, 5)),
    ('ops.Norm(ord=-2)', B(4, 5)), ('ops.Norm(ord=3)', B(4)), ('ops.Average()', B(4, 5), B(4)),
    ('ops.Average()', B(4, 5), (5,)), ('ops.Average(axis=-2)', B(4, 5), B(5)),
    ('ops.Average(axis=-3)', B(4, 5), B(5)), ('ops.Average(axis=0)', (4, 5), B(N)),
    # axes of what keeps the shape, operands without a dtype, keys
    ('ops.Argsort(axis=-1)', B()), ('ops.Sort(axis=-3)', B(4, 5)), ('ops.Flip()', B()),
    ('ops.Flip(axis=(0, 2))', B(4, 5)), ('ops.Flip(axis=[0, -1])', B(4, 5)),
    ('ops.Fliplr()', B(4)), ('ops.Fliplr()', B(4, 5)), ('ops.Flipud()', B()),
    ('ops.Softmax(axis=(0, 2))', B(4, 5)), ('ops.BitwiseAnd()', B(4), {'y': 2}),
    ('ops.LeftShift()', B(4), {'y': 2}), ('ops.BitwiseRightShift()', B(4), {'y': 2.5}),
    ('ops.Hypot()', B(4), {'x2': 1.5}), ('ops.Digitize()', B(4), {'bins': [0.0, 1.0]}),
    ('ops.GetItem()', B(4, 5), {'key': 'a'}), ('ops.GetItem()', B(4, 5), {'key': (0, None, 2)}),
]
# More of the same, above all of sizes that are None.
CASES += [
    # windows
    ('ops.Conv(1)', (9, 8, N), B(3, 2, 3, 5)), ('ops.Conv(1)', (9, 8, 3), B(3, 2, N, 5)),
    ('ops.Conv(1, "same")', (0, 8, 3), B(3, 2, 3, 5)),
    ('ops.Conv(1, "same")', (1, 8, 3), B(3, 2, 3, 5)),
    ('ops.MaxPool(2, padding="same", data_format="channels_last")', (1, 8, 3)),
    ('ops.MaxPool(2, padding="same", data_format="channels_last")', (0, 8, 3)),
   
    ('ops.Conv(2, "same")', (9, 8, 3), B(3, 2, 3, 5)),
    ('ops.Conv(1, "same", dilation_rate=2)', (9, 8, 3), B(3, 2, 3, 5)),
    ('ops.Conv(3, "same", data_format="channels_first")', (3, 9, 8), B(3, 2, 3, 5)),
    ('ops.Conv(2, "causal")', (9, 3), B(3, 3, 5)),
    ('ops.DepthwiseConv(1)', (9, 8, N), B(3, 2, 3, 5)),
    ('ops.DepthwiseConv(2, "same")', (9, 8, 3), B(3, 2, 3, 5)),
    ('ops.SeparableConv(1, "same")', (9, 8, 3), B(3, 2, 3, 2), B(1, 1, 6, 7)),
    ('ops.SeparableConv(1)', (9, 8, 3), B(3, 2, 3, 2), B()),
    ('ops.ConvTranspose(5, output_padding=0)', (1, 8, 3), B(1, 1, 5, 3)),
    ('ops.ConvTranspose(3, "same")', (9, 8, 3), B(3, 2, 5, 3)),
    ('ops.ConvTranspose(2)', (9, 3), B(3, 5, 3)),
    ('ops.MaxPool(2, data_format="channels_last")', B()),
    ('ops.MaxPool(2, data_format="channels_last")', B(5)),
    ('ops.MaxPool(2, data_format="channels_first")', B(5)),
    ('ops.MaxPool((2, 3), data_format="channels_last")', (9, 3)),
    ('ops.MaxPool((2, 3), data_format="channels_last")', (N, 3)),
    ('ops.AveragePool(2, strides=(1, 2), data_format="channels_last")', (9, 3)),
    ('ops.MaxPool((2, 3), data_format="channels_first")', (3, 9)),
    ('ops.MaxPool((2, 3), data_format="channels_first")', (3, N)),
    ('ops.MaxPool(2, 1, data_format="channels_last")', (N, 8, 3)),
    ('ops.AdaptiveAveragePool((2, 3), data_format="channels_last")', (9, 8, 3)),
    ('ops.AdaptiveAveragePool((2,), data_format="channels_last")', (9, 8, 3)),
    # image
    ('ops.RGBToHSV()', (8, 8, N)), ('ops.RGBToGrayscale()', B(8, 8, N)),
    ('ops.SobelEdges()', (8, 8, 3)), ('ops.SobelEdges()', B(8, 8, 3)),
    ('ops.SobelEdges(data_format="channels_first")', (3, 8, 8)),
    ('ops.CropImages(1, 2, 9223372036854775807, 1)', (8, 9, 3)),
    ('ops.PerspectiveTransform()', (8, 9, 3), B(4), B(4, 2)),
    ('ops.PerspectiveTransform()', (8, 9, 3), B(5, 3, 4, 2), B(4, 2)),
    ('ops.ExtractPatches((2, 2, 2))', (8, 9, 7, 3)), ('ops.ExtractPatches((2, 2, 2))', (8, 9, 3)),
    ('ops.ExtractPatches((2, 3, 2), strides=1)', B(8, 9, 7, 3)), ('ops.Unfold(9)', (3, 8, 9)),
    ('ops.Fold((8, 9), 2)', (N, 56)), ('ops.Fold((8, 9), 2)', (3, 4, 56)),
    ('ops.DepthToSpace(2)', (4, 5, N)), ('ops.SpaceToDepth(2)', (4, 6, N)),
    # linalg
    ('ops.Qr()', B(3, N)), ('ops.LuFactor()', B(3, N)), ('ops.LuFactor()', B(N, 3)),
    ('ops.MatrixRank()', B(3)), ('ops.MatrixRank()', (3, 4)), ('ops.Pinv()', B(3)),
    ('ops.Pinv()', (3, 4)), ('ops.Logdet()', (3, 3)), ('ops.Logdet()', B(3)),
    ('ops.Solve()', B(3, 3), B(2, 4, 5)), ('ops.Solve()', B(3, 3), B(2, 4, 3)),
    ('ops.Solve()', B(3, 3), B(2, 3, 3)), ('ops.Diag()', B(4, N)), ('ops.Diagonal()', B(4, N)),
    ('ops.Diagonal()', B(N, 4)), ('ops.Cross()', (N,), (4,)), ('ops.Cross()', (4,), (3,)),
    ('ops.Cross()', (2,), (N,)), ('ops.Cross()', (N,), (N,)),
    ('ops.Cross()', (3,), (0,)), ('ops.Cross()', (0,), (3,)), ('ops.Cross()', (3,), (1,)),
    ('ops.Cross()', (3,), (4,)), ('ops.CDist()', (5, 3), (6, 3)), ('ops.CDist()', (5, 3), (6, 4)),
    ('ops.CDist()', B(3), B(6, 3)), ('ops.CDist()', B(6, 3), B(3)),
    ('ops.CDist()', B(2, 5, 3), B(4, 6, 3)), ('ops.CDist()', B(5, N), B(6, 3)),
    ('ops.CDist()', B(5, 3), B(6, N)), ('ops.CDist()', D('int32', B(5, 3)), D('int32', B(6, 3))),
    ('ops.Vander(N=3)', B()),
    # matrix
    ('ops.Matmul()', (3, N), B(4, 5)), ('ops.Matmul()', (3, 4), B(N, 5)),
    ('ops.Matmul()', (3, N), B(N, 5)), ('ops.Dot()', (3, N), B(4, 5)),
    ('ops.Dot()', (3, 4), B(N, 5)), ('ops.Dot()', B(), B(4, 5)), ('ops.Dot()', (3, 4), B()),
    ('ops.Inner()', (3, 4), B(5, 4)), ('ops.Inner()', (3, N), B(5, 4)),
    ('ops.Inner()', B(), B(5, 4)), ('ops.Inner()', (3, 4), B()),
    ('ops.Tensordot(axes=(1, 2, 3))', (3, 4), B(3, 5)),
    ('ops.Tensordot(axes=([1, 2], [0, 1]))', (3, 4), B(3, 4)),
    ('ops.Tensordot(axes=([4], [0]))', (3, 4), B(3, 4)), ('ops.Tensordot(axes=3)', (3, 4), B(3, 4)),
    ('ops.Tensordot(axes=([2], [0]))', (3, N), B(3, 4)), ('ops.Correlate()', B(5), B(3, 3)),
    ('ops.Correlate()', B(N), B(3)), ('ops.Correlate()', D('float16', B(5)), D('float16', B(3))),
    ('ops.Correlate()', D('bfloat16', B(5)), D('bfloat16', B(3))),
    ('ops.Correlate()', D('int32', B(5)), D('int32', B(3))), ('ops.Correlate("same")', B(N), B(3)),
    ('ops.DotProductAttention()', (5, 4), (6, 4), (6, 4)),
    ('ops.DotProductAttention()', (5, 2, 4), (6, 4), (6, 2, 4)),
    ('ops.DotProductAttention()', (5, 2, 4), (6, 2, 4), (6, 4)), ('ops.Vdot()', (3, 4), (3, 4)),
    ('ops.Vdot()', B(4), D('int32', B(4))),
    # einsum
    ('ops.Einsum("Bij,Bjk->Bik")', (3, 4), (4, 5)),
    ('ops.Einsum("b i j, b j k -> b i k")', (3, 4), (4, 5)),
    ('ops.Einsum("bij,bjk-bik")', (3, 4), (4, 5)), ('ops.Einsum("bij,bjk->b1k")', (3, 4), (4, 5)),
    ('ops.Einsum("...ij,...jk->...ik")', (3, 4), (4, 5)),
    ('ops.Einsum("...ij,...jk->...ik")', B(1, 7, 3, 4), B(6, 1, 4, 5)),
    ('ops.Einsum("i...j,j...k->i...k")', B(3, 7, 4), B(4, 7, 5)),
    ('ops.Einsum("i...,i->...")', B(3, 7, 4), B(3)),
    ('ops.Einsum("...i...,i->...")', B(3, 7, 4), B(3)),
    ('ops.Einsum("ij,jk,kl,lm->im")', B(2, 30), B(30, 4), B(4, 50), B(50, 6)),
    ('ops.Einsum("ij,ik,il->jkl")', B(20, 3), B(20, 4), B(20, 5)),
    ('ops.Einsum("ij,jk,kl,lm,mn->in")', B(2, 3), B(3, 4), B(4, 5), B(5, 6), B(6, 7)),
    ('ops.Einsum("ij,jk->ik")', B(2, N), B(3, 4)), ('ops.Einsum("ij,ij->")', B(2, 3), B(2, 3)),
    ('ops.Einsum("ij,jk->ki")', D('int8', B(2, 3)), D('int8', B(3, 4))),
    ('ops.Einsum("ij,jk,kl->il")', B(N, 3), B(3, 4), B(4, 5)), ('ops.Einsum("ij,")', B(2, 3)),
    ('ops.Einsum("i,j,k->ijk")', B(2), B(3), B(4)), ('ops.Einsum("ij,jk->")', B(2, 3), B(3, 4)),
    ('ops.Einsum("ijk,k->ij")', B(2, 3), B(3)), ('ops.Einsum("...,...->...")', B(2, 3), B(2, 3)),
    ('ops.Einsum("ij->ijzz")', B(2, 3)), ('ops.Einsum("ij,jk->izk")', B(2, 3), B(3, 4)),
    ('ops.Einsum("bqhd,bkhd->bhqk")', (5, 2, 4), (6, 2, 4)),
    # joins
    ('ops.Dstack()', B(2, N, 4), B(2, 3, 5)), ('ops.Dstack()', B(2, 3, 4), B(2, N, 5)),
    ('ops.Dstack()', B(2, 3, 4), B(2, 3, N)), ('ops.Dstack()', B(3), B(4)),
    ('ops.Dstack()', B(2, 3, 4, 5), B(2, 3, 4, 6)), ('ops.Hstack()', B(N, 3), B(4, 3)),
    ('ops.Stack()', B(N, 3), B(4, 3)), ('ops.Split([1, 2.5], axis=1)', (6, 4)),
    ('ops.Split((2, 4), axis=1)', (N, 4)), ('ops.Split([-1], axis=1)', (6, 4)),
    ('ops.Split([7], axis=1)', (6, 4)), ('ops.Split(3, axis=1)', (N, 4)),
    ('ops.ArraySplit(0, axis=1)', (6, 4)), ('ops.ArraySplit(3, axis=1)', (N, 4)),
    ('ops.Vsplit(3)', B(6, 4)), ('ops.Hsplit(2)', B(6, 4)), ('ops.Dsplit(2)', B(6, 4)),
    # losses
    ('ops.PSNR(1.0)', B(4, 5), B(4, 5)), ('ops.CTCDecode()', B(2), D('int32', B(2))),
    ('ops.CTCLoss()', D('int32', B()), B(2, 7, 5), D('int32', B(2)), D('int32', B(2))),
    ('ops.BatchNorm(1)', (4, 5), B(4), B(4), B(4), B(4)),
    ('ops.BinaryCrossentropy()', (4, 5), (4, 6)), ('ops.CategoricalCrossentropy()', (N, 4), (5, 4)),
    ('ops.BatchNorm(-1)', (4, 5), B(5), B(5), B(5), B(4)),
    ('ops.BatchNorm(-1)', (4, 5), B(5), B(5), B(5), B(5, 1)),
    ('ops.BatchNorm(3)', (4, 5), B(4), B(4), B(4), B(4)),
    # casts
    ('ops.OneHot(5)', D('int32', B())), ('ops.View("int64")', B(3, 2)),
    ('ops.View("int8")', B(3, 0)), ('ops.View("float32")', D('int16', (N,))),
    ('ops.Gelu(False)', (4,)), ('ops.Gelu()', (4,)),
    # reshape
    ('ops.Reshape((None, 4))', (3, 4)), ('ops.Reshape((4294967296, 4294967296))', B(3, 4)),
    ('ops.Reshape((0, 5))', B(3, 0)), ('ops.Reshape((-1, 0))', B(3, 0)),
    ('ops.Moveaxis((0, 1), (1, 1))', (3, 4)), ('ops.ExpandDims((1, -3))', (3, 4)),
    ('ops.ExpandDims((1, 9))', (3, 4)), ('ops.Repeat((1, 2, 3), axis=1)', (N, 4)),
    # scatter
    ('ops.Slice((-1, 2))', B(4, 5), D('int32', B(2))),
    ('ops.Slice((-1, 2))', B(4, 5), {'start_indices': (1, 2)}),
    ('ops.Slice((-1, 2))', B(4, 5), {'start_indices': (5, 2)}),
    ('ops.Slice((1, 2))', B(4, 5), {'start_indices': (1, 2, 3)}),
    ('ops.Slice((-1, -1))', B(N, 5), {'start_indices': (0, 2)}),
    ('ops.Scatter((4, 5))', D('int32', B(3, 2)), D('bool', B(3))),
    ('ops.SegmentSum(3)', B(4, 5), D('int32', B(4))),
    ('ops.SegmentSum()', B(4, 5), D('int32', B(4))), ('ops.SegmentMax(3)', B(), D('int32', B())),
    ('ops.SegmentMin(2)', D('int32', (4,)), D('int32', B(4))),
    ('ops.SegmentProd(2)', (4,), D('int32', B(4))), ('ops.SearchSorted()', B(N), B(3)),
    ('ops.Bincount(weights=[1.0, 2.0, 3.0, 4.0])', D('int32', B(4))),
    ('ops.Bincount(weights=[1, 2, 3, 4])', D('int32', B(4))),
    ('ops.Bincount()', D('int32', B(3, 4))), ('ops.Bincount()', D('int32', B())),
    ('ops.Histogram()', D('int32', B(3, 9))), ('ops.Unique()', B(3, 4)),
    ('ops.Unique(axis=1)', B(3, 4)), ('ops.Unique(axis=2)', B(3, 4)),
    ('ops.Unique(size=2)', B(3, 4)),
    ('ops.Unique(return_index=True, return_inverse=True, return_counts=True)', B(3, 4)),
    ('ops.Unique(return_inverse=True, axis=0)', B(3, 4)), ('ops.Unique(return_inverse=True)', B()),
    ('ops.Argpartition(2, axis=None)', B(5, 3)), ('ops.Size()', B(3, 4)),
    ('ops.Digitize()', B(4), B()),
    # select
    ('ops.GetItem()', B(7, 4), {'key': -8}), ('ops.GetItem()', B(7, 4), {'key': 7}),
    ('ops.GetItem()', B(N, 4), {'key': 7}), ('ops.GetItem()', B(7, 4), {'key': (0, 0, 0)}),
    ('ops.Pad(((0, 1), (0, 0)))', (4,)),
    # signals
    ('ops.FFT()', (8,)), ('ops.FFT()', (8,), (8,), (8,)), ('ops.FFT()', (8,), B(8)),
    ('ops.IRFFT()', (1,), (1,)), ('ops.STFT(4, 2, 6)', B()), ('ops.ExtractSequences(4, 2)', B()),
    ('ops.ViewAsComplex()', (4, 2)), ('ops.ViewAsComplex()', B()),
    ('ops.ViewAsReal()', D('complex64', (4,))), ('ops.ViewAsReal()', D('complex64', B())),
    ('ops.ISTFT(4, 2, 6)', (1, 4), (1, 4)),
    # ranges
    ('ops.Full((2, 3))', B()), ('ops.Full((2, 3), dtype="int32")', B()),
    ('ops.Full(())', D('int32', B())), ('ops.Full((2, None))', B()), ('ops.Meshgrid()', B(3)),
    ('ops.Meshgrid()', B(N), B(4)), ('ops.Meshgrid("ij")', B(3), B(4), B()),
    ('ops.Geomspace(7)', B(3), B(3)),
    # einops
    ('ops.Rearrange()', B(6, 4), {'pattern': 'B h1 -> h1 B'}),
    ('ops.Rearrange()', B(6, 4), {'pattern': '(a b) c -> a b c'}),
    ('ops.Rearrange()', B(6, 4), {'pattern': 'x_1 y_Z -> (y_Z x_1)'}),
    ('ops.Rearrange()', B(6, 4), {'pattern': 'a b'}),
    ('ops.Rearrange()', B(6, 4), {'pattern': '(a b c -> a b c'}),
    ('ops.Rearrange()', B(6, 4), {'pattern': 'a b c -> a b c'}),
    ('ops.Rearrange()', B(6, 4), {'pattern': 'a b -> a b 1'}),
    # reductions
    ('ops.Sum(axis=(0, 0, 0, 0))', (4, 5)), ('ops.Prod(axis=1, dtype="int32")', (4, 5)),
    ('ops.Prod(dtype="float16")', (4, 5)), ('ops.Quantile(axis=1)', (4, 5), B()),
    ('ops.Quantile(axis=1)', (4, 5), {'q': 0.5}),
    ('ops.Quantile(axis=1)', (4, 5), {'q': [0.5, 0.6]}),
    ('ops.Quantile(axis=1)', (4, 5), {'q': [0.5]}), ('ops.Quantile(axis=1)', (4, 5), B(1)),
    ('ops.Percentile(axis=1)', (4, 5), {'q': [50]}), ('ops.Percentile(axis=1)', (4, 5), B(1)),
    ('ops.Nanquantile(axis=1)', (4, 5), {'q': [0.5]}), ('ops.Trapezoid()', B()),
    ('ops.Quantile()', B(4, 5), B(2)), ('ops.Average(axis=1)', (4, 5), D('float64', B(4))),
    ('ops.Average(axis=1)', D('int32', (4, 5))),
    # operands that are numbers
    ('ops.Add()', D('int32', (4,)), {'x2': 1.5}), ('ops.Add()', D('float16', (4,)), {'x2': 1}),
    ('ops.Add()', D('bool', (4,)), {'x2': True}), ('ops.Multiply()', D('int8', (4,)), {'x2': 2}),
    ('ops.TrueDivide()', D('int32', (4,)), {'x2': 2}), ('ops.Power()', D('bool', (4,)), {'x2': 2}),
    ('ops.Maximum()', D('uint8', (4,)), {'x2': -1.0}),
    ('ops.Where()', D('bool', (4,)), {'x1': 1, 'x2': 2.5}),
    ('ops.Where()', D('bool', (4,)), (4,), (4, 1)),
    ('ops.LogicalAnd()', D('bool', (4,)), {'x2': True}),
    ('ops.FloorDivide()', D('float16', (4,)), {'x2': 2}), ('ops.Mod()', D('bool', (4,)), {'x2': 2}),
    ('ops.Arctan2()', D('int32', (4,)), {'x2': 2}), ('ops.Arctan2()', D('bfloat16', (4,)), {'x2': True}),
    ('ops.Take(axis=1)', (3, 4), {'indices': [0, 2]}), ('ops.Take(axis=1)', (3, 4), {'indices': 1}),
    ('ops.Take(axis=-1)', (3, 4), {'indices': [[0, 1], [1, 2]]}),
]
UNARY = ('Abs Conj Deg2rad Erfc Isneginf Isposinf Isreal Threshold(0.5,0.0) Nanmedian Nanargmax '
         'Nanargmin BitwiseNot Angle I0 Sinc Cbrt Exp2 Rad2deg Trunc').split()
BINARY = ('BitwiseLeftShift BitwiseRightShift BitwiseOr BitwiseXor DivideNoNan Fmax Fmin Fmod '
          'Logaddexp2 RightShift LeftShift Gcd Lcm Hypot Heaviside Nextafter Ldexp').split()
PAIRS = (('float32', 'float32'), ('int32', 'int32'), ('int32', 'float16'), ('bool', 'bool'),
         ('uint64', 'int8'), ('complex64', 'float64'), ('float64', 'int64'), ('uint8', 'int8'))
CASES += [('ops.%s' % u if '(' in u else 'ops.%s()' % u, D(t, (3,))) for u in UNARY
          for t in ('float32', 'int32', 'float16', 'bool', 'int64', 'float64')]
CASES += [('ops.%s()' % u, D(a, (3,)), D(b, (3,))) for u in BINARY for a, b in PAIRS]


def main():
    label = json.dumps('keras %s %s' % (keras.__version__, keras.backend.backend()))
    cases = ',\n'.join(json.dumps(run(*case), separators=(',', ':')) for case in CASES)
    with open(sys.argv[1], 'w') as f:
        f.write('{"oracle":%s,"cases":[\n%s\n]}\n' % (label, cases))


if __name__ == '__main__':
    main()
