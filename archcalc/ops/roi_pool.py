"""Max pooling of regions of interest."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.graph.kinds import PER_AXIS, SIZE, attribute
from archcalc.graph.op import CHOSEN, SHORT_INDEX, STORED, Saved, Weight, Work, example
from archcalc.ops.bins import taps
from archcalc.ops.regions import pooled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number
    from archcalc.graph.kinds import PerAxis
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class RoiPool:
    """Max pooling of regions of interest: every region, whatever its size, gives a map of one size.

    Shapes: [C, *size] -> [C, *given size] for each region. Further maps are levels of a pyramid: each region is
    taken from one of them. What follows is done once a region.
    Convention: the size of a region is known only when the network runs; every region counts as the whole of the
    first map: taps - 1 comparisons a bin, bins as those of adaptive_max_pool. The receptive field is that of the
    region, which the data decides: it is not followed. Coordinates of regions cost nothing here.
    Source: Girshick, Fast R-CNN, ICCV 2015, section 2.1.

    >>> from archcalc.graph.tensor import Tensor
    >>> RoiPool(regions=2000, size=7).output(Tensor(512, (37, 50)))
    Tensor(channels=512, size=(7, 7), regions=2000)
    """

    regions: Number = attribute(SIZE, "how many regions one image has")
    size: PerAxis = attribute(PER_AXIS, "size of the output of one region")

    arity = (1, None)
    storage = STORED
    examples = (
        example((3, 13, 9), regions=5, size=[4, 3]),
        example((2, 12, 20), (2, 6, 10), regions=3, size=[7, 6]),
        example((4, 11), regions=2, size=3),
    )

    def output(self, *maps: Tensor) -> Tensor:
        return pooled(maps, "roi_pool", self.regions, self.size)

    def weights(self, *maps: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, *maps: Tensor) -> Work:
        return Work(compare=taps(output, maps[0]) - output.elements)

    def saves(self, output: Tensor, *maps: Tensor) -> tuple[Saved, ...]:
        # Where in the map each output came from; torchvision has it in 32 bits. Coordinates of regions are inputs.
        return (Saved(SHORT_INDEX, output.elements),)

    def window(self, output: Tensor, *maps: Tensor) -> str:
        return CHOSEN
