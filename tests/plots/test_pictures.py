"""Pictures of networks: what stands on them is what the analyses say, and where it belongs."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys

import pytest

import archcalc
from archcalc import plots
from archcalc.plots.bars import Bars, bars
from archcalc.plots.memory import memory
from archcalc.plots.receptive_field import Area, receptive_field
from archcalc.plots.roofline import Point, Roof, roofline
from archcalc.plots.zoo import Network, zoo

A100 = "nvidia-a100-sxm-80gb"


def rows_of(axes):
    """Name -> length of its bar, from top to bottom."""
    names = [tick.get_text() for tick in axes.figure.axes[0].get_yticklabels()]  # which all panels share
    return dict(zip(names, (bar.get_width() for bar in axes.patches), strict=True))


def boxes_of(axes):
    """Name -> first column, first row, width, height of its outline on the input."""
    return {box.get_label(): (*box.get_xy(), box.get_width(), box.get_height()) for box in axes.patches[::-1]}


def texts(axes):
    return [text.get_text() for text in axes.texts]


def written(figure):
    from matplotlib.text import Text

    return " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")


def apart(figure):
    """Whether all names and titles lie within the picture, and none on another."""
    from matplotlib.text import Text

    figure.draw_without_rendering()
    shown = [text for axes in figure.axes for text in axes.texts] + [figure._suptitle, figure._supxlabel]
    boxes = [(text.get_text(), Text.get_window_extent(text)) for text in shown if text is not None]
    for place, (text, box) in enumerate(boxes):
        assert (box.min >= figure.bbox.min - 1).all(), text
        assert (box.max <= figure.bbox.max + 1).all(), text
        assert [other for other, its in boxes[:place] if box.overlaps(its)] == [], text
    return True


# ---------------------------------------------------------------------------------------------
# Bars.


def test_alexnet_has_its_parameters_in_the_linear_layers_and_its_operations_in_the_convolutions():
    """What three bar charts of a lecture show (Ehinger, "Deep learning 1", 2022)."""
    figure = archcalc.analyze("alexnet").plot("params", "macs", "activations")
    params, macs, activations = map(rows_of, figure.axes)
    assert [axes.get_xlabel() for axes in figure.axes] == ["params", "macs [MAC]", "activations"]
    assert params["fc6"] == 37_752_832
    assert sum(params[name] for name in ("fc6", "fc7", "fc8")) > 0.9 * sum(params.values())
    assert macs["conv1"] == 105_415_200
    assert sum(length for name, length in macs.items() if name.startswith("conv")) > 0.9 * sum(macs.values())
    assert activations["conv1"] == 290_400 == max(activations.values())
    assert [axes.get_title("left") for axes in figure.axes] == ["total 62.4 M", "total 1.14 GMAC", "total 1.05 M"]
    assert "37.8 M" in texts(figure.axes[0])
    assert apart(figure)


@pytest.mark.parametrize("name", ["vgg16", "xvector", "perceptron"])
def test_bars_are_as_long_as_the_report_says(name):
    report = archcalc.analyze(name, batch=2)
    for axes, column in zip(report.plot("macs", "activations").axes, ("macs", "activations"), strict=True):
        found = {layer["name"]: layer[column] for layer in report.layers if layer["macs"] or layer["activations"]}
        assert rows_of(axes) == found


def test_layers_without_any_of_it_are_left_out_and_counted():
    figure = archcalc.analyze("vgg16").plot("params")
    assert list(rows_of(figure.axes[0])) == [
        "conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3", "conv4_1", "conv4_2", "conv4_3",
        "conv5_1", "conv5_2", "conv5_3", "fc6", "fc7", "fc8",
    ]  # fmt: skip
    assert "left out for having none of these: 25" in written(figure)  # of 41 layers


def test_many_layers_are_folded_and_a_depth_is_kept():
    report = archcalc.analyze("resnet50")
    by_itself, stages = report.plot("params"), report.plot("params", depth=1)
    assert "(depth 2)" in written(by_itself)
    assert list(rows_of(by_itself.axes[0]))[2:5] == ["conv2.0", "conv2.1", "conv2.2"]
    table = {row[0]: row[1] for row in report.table(["params"], depth=1).rows}
    assert rows_of(stages.axes[0]) == {name: params for name, params in table.items() if params}
    assert "(depth 1)" in written(stages)


def test_layers_of_one_kind_share_a_color():
    figure = archcalc.analyze("alexnet").plot("params")
    colors = {
        name: bar.get_facecolor() for name, bar in zip(rows_of(figure.axes[0]), figure.axes[0].patches, strict=True)
    }
    assert colors["conv1"] == colors["conv5"] != colors["fc6"] == colors["fc8"]
    assert {"conv", "linear"} <= set(written(figure).split())


def test_kinds_beyond_the_palette_share_its_last_color():
    kinds = ["a", "a", *"bcdefghij"]
    colors = plots.colors_of(kinds)
    assert list(colors) == [*"abcdefg", "other"]
    assert len(set(colors.values())) == 8
    figure = bars([str(place) for place in range(len(kinds))], [Bars("x", range(1, len(kinds) + 1))], kinds=kinds)
    assert figure.axes[0].patches[-1].get_facecolor() == figure.axes[0].patches[-2].get_facecolor()


def test_a_bar_of_nothing_has_no_number():
    figure = bars(["a", "b"], [Bars("x", [None, 5]), Bars("y", [0, 0])])
    assert [texts(axes) for axes in figure.axes] == [["5"], []]


# ---------------------------------------------------------------------------------------------
# Memory.


def test_the_peak_of_vgg16_is_at_its_second_convolution():
    """2 * 64*224*224 values of 4 bytes: what conv1_2 reads and writes."""
    report = archcalc.analyze("vgg16")
    figure = report.plot_memory()
    (axes,) = figure.axes
    levels, peak = (one.get_data() for one in axes.patches)
    assert list(levels.values) == [row[1] for row in report.table(["peak_memory"], everything=True).rows]
    assert (list(peak.values), list(peak.edges)) == ([25_690_112], [2.5, 3.5])  # input, conv1_1, relu, conv1_2
    assert axes.get_xticklabels()[3].get_text() == "conv1_2"
    assert texts(axes) == ["peak 25.7 MB: conv1_2"]
    assert axes.get_ylabel() == "memory alive [B]"
    assert apart(figure)


def test_the_stages_of_many_steps_have_names():
    (axes,) = archcalc.analyze("resnet50").plot_memory().axes
    names = [tick.get_text() for tick in axes.get_xticklabels()]
    assert {"conv2", "conv3", "conv4", "conv5"} <= set(names)
    assert axes.get_xlabel().startswith("176 layers")
    places = axes.get_xticks()
    assert min(b - a for a, b in itertools.pairwise(places)) >= 176 / 45


# ---------------------------------------------------------------------------------------------
# Receptive fields.


def test_fields_of_vgg16_are_where_they_are():
    """Sizes 196 and 212, and the first field at -90 by steps of 16 and 32: as in test_receptive_field."""
    plane, key = archcalc.analyze("vgg16").plot_receptive_field().axes
    boxes = boxes_of(plane)
    assert boxes["conv1_1"] == (111, 111, 3, 3)  # of unit 112 of 224
    assert boxes["conv5_3"] == (-90 + 7 * 16, -90 + 7 * 16, 196, 196)  # of unit 7 of 14
    assert boxes["pool5"] == (-90 + 3 * 32, -90 + 3 * 32, 212, 212)  # of unit 3 of 7
    assert boxes["fc6"] == (0, 0, 224, 224)
    assert [tick.get_text() for tick in key.get_yticklabels()][-3:] == ["conv5_3", "pool5", "fc6"]
    assert texts(key)[-3:] == ["196x196", "212x212", "global"]
    assert (plane.get_xlabel(), plane.get_ylabel()) == ("column of the input [px]", "row of the input [px]")


def test_what_lies_in_the_padding_is_lighter():
    plane, _ = receptive_field((4, 8), [Area("a", ((-2, 3), (1, 2)))]).axes
    outlines = [box for box in plane.patches if box.get_label() == "a"]
    assert [(box.get_xy(), box.get_width(), box.get_height()) for box in outlines] == [((1, -2), 2, 6)] * 2
    faint, strong = outlines
    assert faint.get_alpha() < strong.get_alpha() == 1
    clip = strong.get_clip_box().transformed(plane.transData.inverted())
    assert sorted(clip.extents.tolist()) == pytest.approx([0, 0, 4, 8], abs=1e-9)  # rows go down, so 4 comes before 0
    assert plane.get_ylim()[0] > 4 > -2 > plane.get_ylim()[1]  # rows go down


def test_fields_far_outside_do_not_hide_the_input():
    plane, _ = receptive_field((100, 100), [Area("a", ((-1000, 1100), (-1000, 1100)))]).axes
    assert plane.get_xlim() == pytest.approx((-80, 180))


def test_fields_up_to_one_layer():
    figure = archcalc.analyze("googlenet").plot_receptive_field("inception_3b.concat.1.conv3x3")
    names = [tick.get_text() for tick in figure.axes[1].get_yticklabels()]
    assert names[-1] == "inception_3b.concat.1.conv3x3"
    assert not any("inception_3b.concat.2" in name or "inception_4" in name for name in names)
    # An op in place has the field of the layer before it, and it is what was asked for.
    names = [
        tick.get_text() for tick in archcalc.analyze("vgg16").plot_receptive_field("relu_2").axes[1].get_yticklabels()
    ]
    assert names == ["conv1_1", "relu_2"]


BRANCHES = """
input: [1, 64, 64]
layers:
  - concat:
      - [{conv: {filters: 1, kernel: 3, padding: 1}, name: narrow}]
      - [{conv: {filters: 1, kernel: 9, padding: 4}, name: wide}]
    name: both
  - {conv: {filters: 1, kernel: 5, padding: 2}, name: last}
"""


def test_a_layer_grows_from_what_it_depends_on():
    graph = archcalc.loads(BRANCHES)
    (wide,) = (layer.path for layer in graph.layers if layer.path.endswith("wide"))
    _, key = archcalc.analyze(graph).plot_receptive_field(wide).axes
    assert ([tick.get_text() for tick in key.get_yticklabels()], texts(key)) == ([wide], ["9x9"])
    _, key = archcalc.analyze(graph).plot_receptive_field("last").axes
    assert texts(key) == ["3x3", "9x9", "13x13"]


def test_the_field_of_a_block_is_that_of_its_last_layer():
    _, key = archcalc.analyze("googlenet").plot_receptive_field().axes
    sizes = dict(zip((tick.get_text() for tick in key.get_yticklabels()), texts(key), strict=True))
    last = [layer for layer in archcalc.analyze("googlenet").layers if layer["name"].startswith("inception_3a.")][-1]
    assert (sizes["inception_3a"], last["receptive_field"]) == ("59x59", [59, 59])


def test_fields_on_a_line():
    (axes,) = archcalc.analyze("xvector").plot_receptive_field().axes
    bars_of = {container.get_label(): container.patches[0] for container in axes.containers}
    assert {name: bar.get_width() for name, bar in bars_of.items()} == {
        "frame1": 5, "frame2": 9, "frame3": 15, "stats": 300,
    }  # fmt: skip  # Snyder et al., ICASSP 2018, Table 1: total context
    assert texts(axes) == ["5", "9", "15", "global"]


def test_a_deep_network_without_blocks_shows_some_of_its_fields():
    layers = ", ".join(["{conv: {filters: 1, kernel: 3, padding: 1}}"] * 50)
    figure = archcalc.analyze(archcalc.loads(f"input: [1, 64, 64]\nlayers: [{layers}]")).plot_receptive_field()
    names = [tick.get_text() for tick in figure.axes[1].get_yticklabels()]
    assert (len(names), names[-1], texts(figure.axes[1])[-1]) == (17, "conv_50", "101x101")
    assert "one of every 3 is shown" in written(figure)


# ---------------------------------------------------------------------------------------------
# The roofline and the zoo.


def test_layers_are_under_the_roof_where_the_bound_puts_them():
    report = archcalc.analyze("vgg16", device=A100)
    figure = report.plot_roofline()
    (axes,) = figure.axes
    (roof,), (cloud,) = axes.lines, axes.collections
    assert roof.get_xydata()[1].tolist() == pytest.approx([19.5e12 / 2039e9, 19.5e12])  # data sheet of the A100
    assert roof.get_xydata()[2][1] == 19.5e12
    points = {layer["name"]: layer for layer in report.layers if layer["bound_by"] and layer["arithmetic"]}
    found = cloud.get_offsets().tolist()
    assert [place[0] for place in found] == pytest.approx([float(layer["intensity"]) for layer in points.values()])
    for (right, up), layer in zip(found, points.values(), strict=True):
        assert up == pytest.approx(min(19.5e12, right * 2039e9))  # no overhead: every layer touches the roof
        assert (up == pytest.approx(19.5e12)) == (layer["bound_by"] == "compute")
    assert texts(axes)[:2] == ["19.5 TFLOP/s at float32", "2.039 TB/s"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == (
        "arithmetic intensity [FLOP/B]",
        "rate that can be reached [FLOP/s]",
    )
    assert "1 MAC is 2 FLOP" in written(figure)
    assert apart(figure)


def test_overhead_keeps_layers_below_the_roof():
    roof = Roof(1e3, 1e2, "1 kFLOP/s", "100 B/s")
    (axes,) = roofline(roof, [Point("a", 50, 400, 3, "overhead"), Point("b", 1, 100, 1, "memory")]).axes
    assert axes.collections[0].get_offsets().tolist() == [[50, 400], [1, 100]]
    areas = axes.collections[0].get_sizes().tolist()
    assert areas[0] == pytest.approx(3 * areas[1])  # the time that they take


def test_the_zoo():
    figure = archcalc.zoo("VGG").plot()
    (axes,) = figure.axes
    found = {tuple(place) for place in axes.collections[0].get_offsets().tolist()}
    assert (15_470_264_320, 138_357_544) in found  # VGG-16
    assert len(axes.collections[0].get_offsets()) == len(archcalc.zoo("VGG").networks)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("macs [MAC]", "params")
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert "vgg16" in texts(axes)


def test_areas_are_activations():
    networks = [Network("a", "A", 10, 10, 100), Network("b", "B", 99, 99, 50), Network("c", "C", 50, 20, 1)]
    (axes,) = zoo(networks, named=["a", "b", "c"]).axes
    large, half, least = axes.collections[0].get_sizes()
    assert (large / half, least) == (2, 16)  # the smallest circle that can be seen
    assert texts(axes) == ["a", "b", "c"]


def test_names_hide_nothing():
    networks = [Network(f"network{place}", "A", 1000 + place, 1000 + place, 10) for place in range(60)]
    figure = zoo(networks, named=[network.name for network in networks])
    assert 2 < len(texts(figure.axes[0])) < 60
    assert apart(figure)


# ---------------------------------------------------------------------------------------------
# All of them.

PICTURES = {
    "bars": lambda: archcalc.analyze("resnet50").plot(),
    "memory": lambda: archcalc.analyze("resnet50").plot_memory(),
    "fields": lambda: archcalc.analyze("resnet50").plot_receptive_field(),
    "roofline": lambda: archcalc.analyze("resnet50", device=A100).plot_roofline(),
    "zoo": lambda: archcalc.zoo("Inception").plot(),
}


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)
def test_equal_pictures_are_equal_files(draw, tmp_path):
    for file in ("a.svg", "b.svg"):
        plots.save(draw(), tmp_path / file)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


@pytest.mark.parametrize("draw", ["plot", "plot_memory", "plot_receptive_field"])
def test_long_names_leave_room_for_the_picture(draw):
    names = [letter * 200 for letter in "abc"]
    layers = ", ".join(f"{{conv: [4, 3], name: {name}}}" for name in names)
    figure = getattr(archcalc.analyze(archcalc.loads(f"input: [3, 16, 16]\nlayers: [{layers}]")), draw)()
    figure.draw_without_rendering()  # matplotlib warns where it finds no room
    assert all(axes.get_position().width > 0.15 for axes in figure.axes)
    assert not any(name in written(figure) for name in names)


def test_a_figure_shows_itself_in_a_notebook():
    from matplotlib.figure import Figure

    figure = archcalc.analyze("lenet5").plot("params")
    assert isinstance(figure, Figure)
    picture, size = figure._repr_png_()
    assert picture.startswith(b"\x89PNG")
    assert size["width"] == round(100 * figure.get_size_inches()[0])


LENET = archcalc.analyze("lenet5")


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: LENET.plot("output"), "the column 'output' cannot be drawn as bars; columns of numbers can: params,"),
        (lambda: LENET.plot("op"), "the column 'op' cannot be drawn as bars"),
        (lambda: LENET.plot("receptive_field"), "the column 'receptive_field' cannot be drawn as bars"),
        (lambda: LENET.plot("parms"), "there is no column 'parms'; did you mean 'params'?"),
        (lambda: LENET.plot(["params", "macs"]), "found a list of 2, expected the name of a column"),
        (lambda: LENET.plot("params", depth=0), "the depth is 0"),
        (lambda: LENET.plot("buffers"), "there is nothing to draw: no layer has any of it"),
        (lambda: LENET.plot_roofline(), "a bound of the time needs a device"),
        (lambda: LENET.plot_receptive_field("flaten"), "no layer 'flaten'; did you mean 'flatten'?"),
        (lambda: archcalc.analyze("c3d").plot_receptive_field(), "this one has 3 axes of positions"),
        (lambda: archcalc.analyze("perceptron").plot_receptive_field(), "this one has no positions"),
        (lambda: LENET.plot_receptive_field("input"), "'input' is an input: only what comes after it has a field"),
        (
            lambda: archcalc.analyze(archcalc.loads("input: [3]\nlayers: [relu]")).plot_receptive_field(),
            "this one has no positions",
        ),
        (lambda: archcalc.analyze("resnet1202").plot("params", depth=3), "bars are too many to be read"),
        (lambda: memory([], []), "there is nothing to draw"),
        (lambda: roofline(Roof(1, 1, "", ""), []), "there is nothing to draw"),
        (lambda: receptive_field((4, 4), []), "there is no field to draw"),
        (lambda: zoo([Network("a", "A", 0, 1, 1)]), "there is nothing to draw"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn(draw, message):
    with pytest.raises(archcalc.ArchcalcError, match=re.escape(message)):
        draw()


def test_without_matplotlib(monkeypatch):
    for name in list(sys.modules):
        if name.partition(".")[0] == "matplotlib":
            monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    for draw in PICTURES.values():
        with pytest.raises(archcalc.ArchcalcError, match=re.escape("pip install 'archcalc[plot]'")):
            draw()


def test_a_report_does_not_load_matplotlib():
    code = "import sys, archcalc; archcalc.analyze('lenet5').totals; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
