"""The geometry that the adaptive poolings share: the bins that n input positions are divided into.

Bin i of m goes from input position floor(i*n/m) up to, but not including, ceil((i+1)*n/m). Bins overlap where m
does not divide n; together they hold n + m - gcd(n, m) taps.

Source: PyTorch's adaptive poolings.
"""

from __future__ import annotations

from archcalc.algebra import equal, gcd, prod, ratio, where
from archcalc.graph.op import Window
from archcalc.graph.tensor import Tensor
from archcalc.ops.sliding import per_axis, require_spatial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number
    from archcalc.graph.kinds import PerAxis


def binned(x: Tensor, what: str, size: PerAxis) -> Tensor:
    """What is left of a tensor whose positions are pooled into bins; raises ShapeError if it has none.

    >>> binned(Tensor(256, (13, 11)), "adaptive_avg_pool", 6)
    Tensor(channels=256, size=(6, 6), regions=1)
    """
    return Tensor(x.channels, per_axis(size, require_spatial(x, what), "size"), x.regions)


def taps(output: Tensor, x: Tensor) -> Number:
    """How many values all bins of all channels hold together.

    >>> taps(Tensor(2, (6,)), Tensor(2, (13,)))
    36
    """
    return x.channels * prod(n + m - gcd(n, m) for n, m in zip(x.size, output.size, strict=True))


def bin_window(output: Tensor, x: Tensor) -> Window:
    """The largest bin, and the step from one bin to the next, which may be a fraction."""
    axes = tuple(zip(x.size, output.size, strict=True))
    return Window(
        tuple(_largest_bin(n, m) for n, m in axes),
        tuple(ratio(n, m) for n, m in axes),
        (0,) * len(axes),
        (1,) * len(axes),
    )


def _largest_bin(n: Number, m: Number) -> Number:
    """Length of the longest bin when n positions are shared among m.

    >>> [_largest_bin(n, m) for n, m in ((12, 4), (13, 6), (10, 4), (3, 5))]
    [3, 3, 3, 2]
    """
    rest = n % m
    return n // m + where(equal(rest, 0), 0, where(equal(rest, gcd(n, m)), 1, 2))
