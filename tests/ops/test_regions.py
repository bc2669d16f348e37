"""Region ops: one small map for each region, whatever the map that it is taken from."""

import re

import pytest

from archcalc.algebra.arrays import Array
from archcalc.graph.op import CHOSEN, ShapeError
from archcalc.graph.tensor import Tensor
from archcalc.ops import OPS, find

RoiPool, RoiAlign = find("roi_pool"), find("roi_align")


@pytest.mark.parametrize(
    ("op", "maps", "shape", "regions"),
    [
        (RoiPool(regions=2000, size=7), [Tensor(512, (37, 62))], (512, 7, 7), 2000),  # Fast R-CNN, VGG-16
        (RoiAlign(regions=1000, size=(7, 5)), [Tensor(256, (200, 304)), Tensor(256, (100, 152))], (256, 7, 5), 1000),
        (RoiAlign(regions=4, size=3, sampling=1), [Tensor(2, (9,), 5)], (2, 3), 20),  # regions of regions
        (RoiPool(regions=6, size=(2, 3, 4)), [Tensor(2, (9, 8, 7))], (2, 2, 3, 4), 6),
    ],
)
def test_output(op, maps, shape, regions):
    output = op.output(*maps)
    assert output.shape == shape
    assert output.regions == regions
    assert op.weights(*maps) == ()
    assert op.window(output, *maps) == CHOSEN


def test_work_of_roi_align():
    """2 x 3 bins of 5 channels, 2 x 1 samples each, 4 neighbours a sample: counted by hand."""
    op, x = RoiAlign(regions=9, size=(2, 3), sampling=(2, 1)), Tensor(5, (13, 8))
    work = op.work(op.output(x), x)
    assert work.mul == 5 * 6 * 2 * 4
    assert work.add == 5 * 6 * (2 * 3 + 1)
    assert work.div == 5 * 6
    assert work.mac == work.compare == work.exp == 0


def test_work_of_roi_pool_is_that_of_the_whole_of_the_first_map():
    """Bins of 13 positions in 6 hold 18 (each of the five borders is shared); those of 12 do not overlap."""
    op = RoiPool(regions=9, size=6)
    small, large = Tensor(2, (6, 6)), Tensor(2, (13, 12))
    assert op.work(op.output(large, small), large, small).compare == 2 * (18 * 12) - 2 * 36
    assert op.work(op.output(small, large), small, large).compare == 0


@pytest.mark.parametrize(
    ("op", "maps", "message"),
    [
        (RoiPool(regions=2, size=7), [Tensor(512)], "roi_pool needs 1 to 3 spatial axes, the input [512] has 0"),
        (RoiPool(regions=2, size=(7, 7)), [Tensor(512, (9,))], "size has 2 values, but the input has 1 spatial axis"),
        (
            RoiAlign(regions=2, size=7, sampling=(2, 2, 2)),
            [Tensor(512, (9, 9))],
            "sampling has 3 values, but the input has 2 spatial axes",
        ),
        (
            RoiAlign(regions=2, size=7),
            [Tensor(256, (9, 9)), Tensor(512, (5, 5))],
            "need equal channels, found [256, 9, 9] and [512, 5, 5]",
        ),
        (
            RoiAlign(regions=2, size=7),
            [Tensor(256, (9, 9)), Tensor(256, (5,))],
            "need equal channels, found [256, 9, 9] and [256, 5]",
        ),
    ],
)
def test_maps_that_do_not_fit(op, maps, message):
    with pytest.raises(ShapeError, match=re.escape(message)):
        op.output(*maps)


def test_columns_of_regions():
    output = RoiPool(regions=Array([1, 300, 2**70]), size=7).output(Tensor(3, (20, 30), 2))
    assert output.regions.tolist() == [2, 600, 2**71]


@pytest.mark.parametrize("name", OPS)
def test_every_other_op_keeps_the_regions(name):
    op_class = find(name)
    for example in op_class.examples:
        kinds = {key: op_class.__dataclass_fields__[key].metadata["kind"] for key in example.arguments}
        op = op_class(**{key: kinds[key].read(value) for key, value in example.arguments.items()})
        output = op.output(*(Tensor(channels, tuple(size), 7) for channels, *size in example.inputs))
        assert output.regions == 7 * getattr(op, "regions", 1)
