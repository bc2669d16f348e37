"""Average pooling of regions of interest: the mean of samples that lie between positions."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.global_avg_pool import average_rows
from archcalc.kernels.interpolation import interpolate
from archcalc.kernels.walk import CHOSEN, along

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, *sizes: tuple[int, ...]) -> str:
    """What lies around the samples of the region."""
    return CHOSEN


def execute(op: Any, run: Run, *maps: Array) -> Array:
    """[N, *size, C] of each map -> [N * regions, *given size, C].

    The regions of an image are drawn anywhere in it, and taken from its maps in turn.
    """
    draws = np.random.default_rng(0)
    regions = []
    for n in range(maps[0].shape[0]):
        for region in range(op.regions):
            x = maps[region % len(maps)][n]
            bounds = [tuple(sorted(draws.uniform(0, count, 2))) for count in x.shape[:-1]]
            regions.append(align(op, run, x, bounds))
    return np.stack(regions)


def align(op: Any, run: Run, x: Array, bounds: list[tuple[float, ...]]) -> Array:
    """[*size, C] -> [*given size, C]: the region from the first to the second bound of each axis.

    Position p of an axis goes from p to p + 1, its value belongs to the middle.
    """
    size = tuple(along(op.size, axis) for axis in range(len(bounds)))
    sampling = tuple(along(op.sampling, axis) for axis in range(len(bounds)))
    coordinates = []
    for (first, end), bins, samples in zip(bounds, size, sampling, strict=True):
        step = (end - first) / (bins * samples)
        coordinates.append(first + step * (np.arange(bins * samples) + 0.5) - 0.5)
    values = interpolate(run, x, coordinates)
    return average_rows(run, _by_bin(values, size, sampling)).reshape(*size, -1)


def _by_bin(values: Array, size: tuple[int, ...], sampling: tuple[int, ...]) -> Array:
    """[points, C], axis after axis bins and samples in them, as [all bins, samples of a bin, C]."""
    axes = len(size)
    grid = values.reshape(*(n for pair in zip(size, sampling, strict=True) for n in pair), -1)
    bins_first = grid.transpose(*range(0, 2 * axes, 2), *range(1, 2 * axes, 2), 2 * axes)
    return np.ascontiguousarray(bins_first.reshape(np.prod(size), np.prod(sampling), -1))
