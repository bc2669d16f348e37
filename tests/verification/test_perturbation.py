"""Receptive fields once more, the slow way: every input pixel is changed in turn, and the outputs that move are seen.

Weights and inputs are positive and a change is large, so that nothing cancels and no maximum hides it.
"""

import numpy as np
import pytest

import archcalc
from archcalc.graph.graph import Input
from archcalc.kernels import find
from archcalc.kernels.run import Run
from archcalc.verification.fields import compare_fields, observed_fields

NETWORKS = {
    "chain": """
input: [2, 11, 14]
layers:
  - {conv: {filters: 3, kernel: [3, 2], stride: [2, 1], padding: same}}
  - relu
  - {conv: {filters: 2, kernel: 3, dilation: [1, 2], padding: half, groups: 1}}
  - {avg_pool: {kernel: 2, stride: 2, ceil_mode: true}}
  - {max_pool: {kernel: [2, 3], stride: 1, padding: 1}}
""",
    "branches": """
input: [2, 12, 9]
layers:
  - {conv: [4, 3], name: stem}
  - add:
      - - {depthwise_conv: {kernel: 5, padding: half}}
      - []
  - concat:
      - - {avg_pool: {kernel: 3, stride: 1, padding: 1}}
      - - {conv: {filters: 2, kernel: [1, 3], padding: half}}
  - {conv_transpose: {filters: 2, kernel: 3, stride: 2, padding: 1}}
  - {crop: [[1, 2], 1]}
""",
    "to_vector": """
input: [2, 8, 7]
layers:
  - {conv: {filters: 3, kernel: 3, stride: 2}}
  - {pad: 1}
  - {adaptive_avg_pool: [2, 3]}
  - flatten
  - {linear: 3}
""",
    "enlarged": """
input: [1, 6, 5]
layers:
  - {upsample: {factor: [2, 3]}}
  - {conv: {filters: 2, kernel: 2, stride: 3}}
  - {conv_transpose: {filters: 1, kernel: [2, 4], stride: [3, 2], output_padding: [1, 0]}}
""",
    "sequence": """
input: [3, 13]
layers:
  - {conv: {filters: 4, kernel: 3, dilation: 3}}
  - {conv: {filters: 2, kernel: 2, stride: 2}}
  - {lrn: {size: 3}}
""",
}


class PositiveRun(Run):
    """A run whose weights are all positive."""

    def weight(self, name, shape):
        array = super().weight(name, shape)
        np.abs(array, out=array)
        array += 1
        return array


def outputs(graph, image):
    """What every layer makes of an image [1, *size, channels]."""
    arrays = []
    for layer in graph.layers:
        if type(layer.op) is Input:
            arrays.append(image)
            continue
        inputs = [arrays[source].copy() for source in layer.inputs]
        arrays.append(find(layer.op_name).execute(layer.op, PositiveRun(1), *inputs))
    return arrays


@pytest.mark.parametrize("name", NETWORKS)
def test_what_moves_is_what_is_said_to_be_seen(name):
    graph = archcalc.loads(NETWORKS[name])
    size = graph.layers[0].output.size
    channels = graph.layers[0].output.channels
    image = np.ones((1, *size, channels), np.float32)
    before = outputs(graph, image)
    moved = [
        [np.zeros((count, n), bool) for count, n in zip(layer.output.size or size, size, strict=False)]
        for layer in graph.layers
    ]
    for pixel in np.ndindex(*size):
        changed = image.copy()
        changed[(0, *pixel)] += 1000
        for index, (one, other) in enumerate(zip(before, outputs(graph, changed), strict=True)):
            if one.ndim != image.ndim:
                continue
            difference = (one != other).any(axis=(0, -1))
            for axis, place in enumerate(pixel):
                rest = tuple(other for other in range(difference.ndim) if other != axis)
                moved[index][axis][:, place] |= difference.any(axis=rest)
    for index, seen in enumerate(observed_fields(graph)):
        if before[index].ndim != image.ndim:
            continue
        for axis, table in enumerate(seen.tables):
            assert np.array_equal(moved[index][axis], table), f"{graph.layers[index].path}, axis {axis}"
    assert all(comparison.is_equal for comparison in compare_fields(graph))


def test_a_vector_moves_with_every_pixel_that_its_layer_sees():
    graph = archcalc.loads(NETWORKS["to_vector"])
    image = np.ones((1, 8, 7, 2), np.float32)
    before = outputs(graph, image)[-1]
    seen = list(observed_fields(graph))[-1]
    for pixel in np.ndindex(8, 7):
        changed = image.copy()
        changed[(0, *pixel)] += 1000
        is_seen = all(table[0][place] for table, place in zip(seen.tables, pixel, strict=True))
        assert bool((outputs(graph, changed)[-1] != before).any()) == is_seen
