"""Upsampling by a whole factor: values repeated, or interpolated linearly."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.interpolation import interpolate, nearest
from archcalc.kernels.walk import PADDING, along

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array, Run


def sees(op: Any, size: tuple[int, ...]) -> tuple[Array, ...]:
    """One walk an axis: the position that is repeated, or the two nearest ones; PADDING where the image goes on."""
    if op.mode == "nearest":
        return tuple(np.repeat(np.arange(count), along(op.factor, axis))[:, None] for axis, count in enumerate(size))
    walks = [nearest(_coordinates(op, axis, count))[0] for axis, count in enumerate(size)]
    return tuple(np.where((walk >= 0) & (walk < count), walk, PADDING) for walk, count in zip(walks, size, strict=True))


def _coordinates(op: Any, axis: int, count: int) -> Array:
    """Where the middles of the output positions lie on an axis of the input: the edges of both are aligned."""
    middles = np.arange(0.5, count * along(op.factor, axis))
    return np.asarray(middles / along(op.factor, axis) - 0.5)


def execute(op: Any, run: Run, x: Array) -> Array:
    """[N, *size, C] -> [N, *size * factor, C]."""
    size = x.shape[1:-1]
    walks = sees(op, size)
    if op.mode == "nearest":
        for axis, walk in enumerate(walks, 1):
            x = np.take(x, walk[:, 0], axis)
        return x
    coordinates = [_coordinates(op, axis, count) for axis, count in enumerate(size)]
    images = [interpolate(run, image, coordinates) for image in x]
    return np.stack(images).reshape(x.shape[0], *(walk.shape[0] for walk in walks), -1)
