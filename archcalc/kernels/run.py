"""Where a kernel finds its weights and leaves its counts."""

from __future__ import annotations

import time

import numpy as np

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TypeAlias

    Array: TypeAlias = np.ndarray[Any, Any]

# Places of `Run.counts`: the kinds of work, and the multiply-accumulates whose tap lies inside the image.
MAC, ADD, MUL, DIV, COMPARE, EXP, INSIDE = range(7)
KINDS = ("mac", "add", "mul", "div", "compare", "exp", "inside")

LARGEST_INPUT = 4  # inputs are whole numbers from -4 to 4
LARGEST_WEIGHT = 2  # weights are from -2 to 2: sums of up to two million products are exact in float32
_PERIOD = 65_521  # a prime, so that no power of two in a shape makes rows alike


class Run:
    """One execution of one layer.

    `counts` is an int64 array of the operations by kind, in the order of `KINDS`. `weights` are the arrays that the
    kernel has asked for, `touched` a mask for each: 1 where it was read. With `is_exhaustive` a kernel runs its plain
    loops, even if it has a faster form.

    >>> run = Run()
    >>> run.weight("kernel", (3, 4)).shape, int(run.touched["kernel"].sum())
    ((3, 4), 0)
    """

    def __init__(self, seed: int = 0, is_exhaustive: bool = True, shared: Mapping[str, Array] | None = None):
        self.counts: Array = np.zeros(len(KINDS), np.int64)
        self.weights: dict[str, Array] = {}
        self.touched: dict[str, Array] = {}
        self.lookups: set[str] = set()  # weights of which the data decides how many rows are read
        self.drawing_seconds = 0.0  # spent on making weights, which is no work of the layer
        self.is_exhaustive = is_exhaustive
        self._seed = seed
        self._shared = shared or {}

    def weight(self, name: str, shape: tuple[int, ...]) -> Array:
        """A weight of this shape: small whole numbers, or the owner's array where weights are shared."""
        begin = time.perf_counter()
        array = self._shared.get(name)
        if array is None or array.shape != shape:
            array = whole_numbers(shape, LARGEST_WEIGHT, self._seed + len(self.weights))
        self.weights[name] = array
        # Written here: the pages of np.zeros come into being when a kernel touches them, which is no work of the layer.
        self.touched[name] = np.full(shape, 0, np.uint8)
        self.drawing_seconds += time.perf_counter() - begin
        return array


def whole_numbers(shape: tuple[int, ...], largest: int, seed: int) -> Array:
    """A float32 array of whole numbers from -largest to largest, the same for the same seed."""
    pattern = np.random.default_rng(seed).integers(-largest, largest + 1, _PERIOD).astype(np.float32)
    values: Array = np.empty(shape, np.float32)
    flat = values.reshape(-1)
    whole = flat.size - flat.size % _PERIOD
    flat[:whole].reshape(-1, _PERIOD)[:] = pattern
    flat[whole:] = pattern[: flat.size - whole]
    return values
