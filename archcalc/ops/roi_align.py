"""Average pooling of regions of interest, sampled between positions."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.algebra import prod
from archcalc.graph.kinds import PER_AXIS, SIZE, attribute
from archcalc.graph.op import CHOSEN, SAVES_NOTHING, STORED, Saved, Weight, Work, example
from archcalc.ops.regions import pooled
from archcalc.ops.sliding import per_axis

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number
    from archcalc.graph.kinds import PerAxis
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class RoiAlign:
    """Average pooling of regions of interest, sampled between positions: nothing is rounded to the grid.

    Shapes: [C, *size] -> [C, *given size] for each region. Further maps are levels of a pyramid: each region is
    taken from one of them. What follows is done once a region.
    Convention: a bin is the mean of sampling ** axes samples. Each sample weighs the 2 ** axes nearest values: that
    many multiplications, and additions of the products but one. The mean takes samples - 1 additions and one
    division. The receptive field is that of the region, which the data decides: it is not followed. Coordinates and
    the weights of samples, which all channels share, cost nothing here. Cropping regions out of an image and warping
    them to one size (R-CNN) is this op with a sampling of 1.
    Source: He et al., Mask R-CNN, ICCV 2017, section 3 and figure 3 (four samples a bin).

    >>> from archcalc.graph.tensor import Tensor
    >>> op = RoiAlign(regions=100, size=14)
    >>> op.work(op.output(Tensor(256, (50, 68))), Tensor(256, (50, 68))).mul  # 14*14*256 bins, 4 samples, 4 taps
    802816
    """

    regions: Number = attribute(SIZE, "how many regions one image has")
    size: PerAxis = attribute(PER_AXIS, "size of the output of one region")
    sampling: PerAxis = attribute(PER_AXIS, "samples of a bin along an axis", 2)

    arity = (1, None)
    storage = STORED
    examples = (
        example((3, 13, 9), regions=5, size=[4, 3]),
        example((2, 12, 20), (2, 6, 10), regions=3, size=[7, 6], sampling=[1, 3]),
        example((4, 11), regions=2, size=3, sampling=1),
    )

    def output(self, *maps: Tensor) -> Tensor:
        per_axis(self.sampling, len(maps[0].size), "sampling")
        return pooled(maps, "roi_align", self.regions, self.size)

    def weights(self, *maps: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, *maps: Tensor) -> Work:
        samples = prod(per_axis(self.sampling, len(output.size), "sampling"))
        neighbours = 2 ** len(output.size)
        bins = output.elements
        return Work(
            mul=bins * samples * neighbours,
            add=bins * (samples * (neighbours - 1) + samples - 1),
            div=bins,
        )

    def saves(self, output: Tensor, *maps: Tensor) -> tuple[Saved, ...]:
        return SAVES_NOTHING

    def window(self, output: Tensor, *maps: Tensor) -> str:
        return CHOSEN
