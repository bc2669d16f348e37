"""Values between positions: the weighted sum of the nearest ones; shared by roi_align and upsample."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import ADD, MUL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.kernels.run import Array, Run


def nearest(coordinates: Array) -> tuple[Array, Array]:
    """The two positions around each coordinate, which may lie outside the input, and their weights: [coordinates, 2].

    >>> [array.tolist() for array in nearest(np.array([-0.25, 1.0]))]
    [[[-1, 0], [1, 2]], [[0.25, 0.75], [1.0, 0.0]]]
    """
    low = np.floor(coordinates).astype(np.int64)
    return np.stack([low, low + 1], axis=1), np.stack([low + 1 - coordinates, coordinates - low], axis=1)


def interpolate(run: Run, x: Array, coordinates: list[Array]) -> Array:
    """One image [*size, C] at a grid of coordinates, one array an axis: [points, C], the last axis fastest.

    Beyond its ends the image goes on with its first and last values. Which values are nearest, and how they are
    weighed, is the same for all channels, and not counted.
    """
    rows, weights = np.zeros((1, 1), np.int64), np.ones((1, 1))  # [points, neighbours], axis after axis
    for along_axis, count in zip(coordinates, x.shape[:-1], strict=True):
        positions, shares = nearest(along_axis)
        positions = np.clip(positions, 0, count - 1)
        points = len(rows) * len(positions)
        rows = (rows[:, None, :, None] * count + positions[None, :, None, :]).reshape(points, -1)
        weights = (weights[:, None, :, None] * shares[None, :, None, :]).reshape(points, -1)
    out = np.empty((len(rows), x.shape[-1]), np.float32)
    _weigh(x.reshape(-1, x.shape[-1]), rows, weights.astype(np.float32), out, run.counts)
    return out


@compiled
def _weigh(x, rows, weights, out, counts):  # type: ignore[no-untyped-def]
    muls = adds = 0
    for point in range(rows.shape[0]):
        for neighbour in range(rows.shape[1]):
            row, weight = rows[point, neighbour], weights[point, neighbour]
            for channel in range(x.shape[1]):
                product = weight * x[row, channel]
                muls += 1
                if neighbour == 0:
                    out[point, channel] = product
                else:
                    out[point, channel] += product
                    adds += 1
    counts[MUL] += muls
    counts[ADD] += adds
