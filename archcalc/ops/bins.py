"""The geometry that the adaptive poolings share: the bins that n input positions are divided into.

Bin i of m goes from input position floor(i*n/m) up to, but not including, ceil((i+1)*n/m). Bins overlap where m
does not divide n; together they hold n + m - gcd(n, m) taps.

Source: PyTorch's adaptive poolings.
"""

from __future__ import annotations

from archcalc.algebra import gcd, prod
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
    """The bins as a window on a grid refined m times: bin i is the n + m - 1 positions from i*n - (m - 1) on."""
    ones = (1,) * len(x.size)
    sizes = tuple(n + m - 1 for n, m in zip(x.size, output.size, strict=True))
    return Window(sizes, x.size, tuple(m - 1 for m in output.size), ones, output.size)
