"""The walk of a window over one axis, step by step: which input position each tap of each output position reads.

A walk is an int64 array [output positions, taps] of input positions, -1 for a tap that lies in padding. Nothing is
computed in advance: windows are set down one after the other for as long as there is room. What an op sees is told
by one walk an axis, or by one of these words:

- EACH: an output position depends on the same position of its inputs;
- ALL: every output position depends on every input position;
- FLAT: positions have become channels, each of its own old position;
- CHOSEN: the data decides.
"""

from __future__ import annotations

import numpy as np

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array

EACH, ALL, FLAT, CHOSEN = "each", "all", "flat", "chosen"
PADDING = -1


def along(value: Any, axis: int) -> Any:
    """What an attribute says of one axis.

    >>> along(3, 1), along((5, 3), 1)
    (3, 3)
    """
    return value[axis] if isinstance(value, tuple) else value


def margins(padding: Any, axis: int, count: int, kernel: int, stride: int, dilation: int) -> tuple[int, int]:
    """Positions added before and after the input: a number, a pair, valid, half or same (TensorFlow's rule).

    >>> margins("same", 0, 7, 3, 2, 1), margins("half", 0, 9, 3, 1, 2), margins((1, (0, 2)), 1, 9, 3, 1, 1)
    ((1, 1), (2, 2), (0, 2))
    """
    reach = dilation * (kernel - 1)  # from the first tap to the last
    if padding == "valid":
        return 0, 0
    if padding == "half":
        return (reach + 1) // 2, (reach + 1) // 2
    if padding == "same":  # a window for every stride-th position; what the last one lacks is shared out
        last = max(range(0, count, stride)) + reach
        lacking = max(last - (count - 1), 0)
        return lacking // 2, lacking - lacking // 2
    own = along(padding, axis)
    return own if isinstance(own, tuple) else (own, own)


def window_walk(
    count: int, kernel: int, stride: int, before: int, after: int, dilation: int, ceil_mode: bool = False
) -> Array:
    """Windows set down from `before` positions ahead of the input on, as long as they fit before its padded end.

    In ceil mode a last one may hang over that end, if the one before it left positions over; and the last one of all
    is taken away again if it begins behind the input (Caffe's and PyTorch's rule).

    >>> window_walk(5, kernel=3, stride=2, before=1, after=1, dilation=1).tolist()
    [[-1, 0, 1], [1, 2, 3], [3, 4, -1]]
    """
    end = count + after  # the first position behind the padding
    rows: list[list[int]] = []
    begin = -before
    while True:
        taps = [begin + tap * dilation for tap in range(kernel)]
        if taps[-1] >= end:
            is_left_over = bool(rows) and begin - stride + dilation * (kernel - 1) < end - 1
            if not (ceil_mode and is_left_over):
                break
        rows.append([tap if 0 <= tap < count else PADDING for tap in taps])
        begin += stride
    if ceil_mode and begin - stride >= count:
        rows.pop()
    return np.array(rows, np.int64).reshape(len(rows), kernel)


def whole_walk(inputs: int) -> Array:
    """One output position that reads all input positions.

    >>> whole_walk(3).tolist()
    [[0, 1, 2]]
    """
    return np.arange(inputs).reshape(1, inputs)


def three_axes(walks: tuple[Array, ...]) -> tuple[Array, ...]:
    """Walks of one to three axes as three, those in front of a single position."""
    return (*(np.zeros((1, 1), np.int64),) * (3 - len(walks)), *walks)


def five_axes(x: Array) -> Array:
    """A tensor of one to three spatial axes with exactly three: [examples, D, H, W, channels]."""
    return x.reshape(x.shape[0], *(1,) * (5 - x.ndim), *x.shape[1:])
