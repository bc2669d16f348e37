"""What the region ops share: from one map, or a pyramid of maps, to the same small map for every region."""

from __future__ import annotations

from archcalc.algebra import equal, fails
from archcalc.graph.op import ShapeError
from archcalc.graph.tensor import Tensor
from archcalc.ops.sliding import per_axis, require_spatial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number
    from archcalc.graph.kinds import PerAxis


def pooled(maps: tuple[Tensor, ...], what: str, regions: Number, size: PerAxis) -> Tensor:
    """One region's map, and how many of them an image has; raises ShapeError if the maps are of different kinds.

    >>> pooled((Tensor(256, (200, 304)), Tensor(256, (100, 152))), "roi_align", 1000, 7)
    Tensor(channels=256, size=(7, 7), regions=1000)
    """
    first = maps[0]
    axes = require_spatial(first, what)
    for other in maps[1:]:
        if len(other.size) != axes or fails(equal(other.channels, first.channels)):
            raise ShapeError(
                f"{what} takes each region from one of its maps, which need equal channels, found {first} and {other}",
                hint="a 1x1 conv to as many filters makes the levels of a pyramid alike",
            )
    return Tensor(first.channels, per_axis(size, axes, "size"), first.regions * regions)
