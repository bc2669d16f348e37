"""Pictures of sweeps: what stands on them, and that a file is a whole picture or none."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
import threading
import warnings

import numpy as np
import pytest

import archcalc
from archcalc import plots
from archcalc.plots.scatter import Front, scatter
from archcalc.sweeping.pareto import front

UNITS = {"macs": "MAC", "peak_memory": "B"}
STAIRS = {"x": [1, 2, 4, 8], "y": [8, 4, 2, 1], "word": ["b", "a", "b", "a"]}


def texts(figure):
    """All that is written on a picture: without ticks beyond the ends of their axis, which are not drawn."""
    from matplotlib.text import Text

    figure.draw_without_rendering()
    beyond = {
        label
        for axes in figure.axes
        for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim()))
        for tick in axis.get_major_ticks()
        for label in (tick.label1, tick.label2)
        if not low <= tick.get_loc() <= high
    }
    return [one for one in figure.findobj(Text) if one.get_visible() and one.get_text() and one not in beyond]


def text_of(figure):
    return [one.get_text() for one in texts(figure)]


def inside(figure):
    """Whether all that is written lies within the picture, and nothing of it on anything else."""
    boxes = [(one.get_text(), one.get_window_extent()) for one in texts(figure)]
    low, high = figure.bbox.min, figure.bbox.max
    off = [text for text, box in boxes if (box.min < low - 1).any() or (box.max > high + 1).any()]
    over = [
        (text, other) for place, (text, box) in enumerate(boxes) for other, its in boxes[:place] if box.overlaps(its)
    ]
    assert (off, over) == ([], [])
    return True


def cloud(figure):
    return figure.axes[0].collections[0]


def colors_by_place(figure):
    """Point -> its color, however they are ordered."""
    points = cloud(figure)
    colors = points.get_facecolors()
    return {tuple(place): tuple(color) for place, color in zip(points.get_offsets().tolist(), colors, strict=True)}


def legends(figure):
    from matplotlib.legend import Legend

    return {one.get_title().get_text(): one for one in figure.axes[0].findobj(Legend)}


def hex_of(color):
    from matplotlib.colors import to_hex

    return to_hex(color)


@pytest.fixture(scope="module")
def sweep():
    return archcalc.sweep("mobilenet_v1", alpha=np.arange(0.25, 1.51, 0.05), resolution=range(96, 321, 8))


def test_every_variant_is_where_its_numbers_are(sweep):
    figure = scatter(sweep, "macs", "params", color="resolution", units=UNITS, title="MobileNetV1", note="all of them")
    axes, bar = figure.axes
    assert sorted(cloud(figure).get_offsets().tolist()) == sorted(sweep[["macs", "params"]].to_numpy().tolist())
    assert (axes.get_xlabel(), axes.get_ylabel(), bar.get_ylabel()) == ("macs [MAC]", "params", "resolution")
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "linear")  # from least to most: 338 times, 19 times
    written = text_of(figure)
    assert {"MobileNetV1", "all of them", "100 M", "1 G", "2 M", "8 M", "300"} <= set(written)
    assert inside(figure)


def test_colors_on_a_scale(sweep):
    import matplotlib

    figure = scatter(sweep, "macs", "params", color="resolution")
    found = colors_by_place(figure)
    for row in sweep.iloc[::50].to_dict("records"):
        expected = matplotlib.colormaps["viridis"]((row["resolution"] - 96) / (320 - 96))
        assert found[row["macs"], row["params"]] == pytest.approx(expected)


def test_colors_over_decades_are_logarithmic():
    values = [10**place for place in range(10)]
    bar = scatter({"x": values, "y": values}, "x", "y", color="y", units={"y": "MAC"}).axes[1]
    assert (bar.get_yscale(), bar.get_ylabel()) == ("log", "y [MAC]")


def test_few_numbers_have_a_legend():
    points = {"x": [1, 2, 3, 4], "y": [5, 6, 7, 8], "size": [224, 96, 96, 128]}
    figure = scatter(points, "x", "y", color="size", units={"size": "px"})
    (legend,) = legends(figure).values()
    assert legend.get_title().get_text() == "size [px]"
    names = [text.get_text() for text in legend.get_texts()]
    assert names == ["224", "128", "96"]  # as on a bar: the most on top
    shown = dict(zip(names, (hex_of(mark.get_color()) for mark in legend.legend_handles), strict=True))
    found = {place: hex_of(color) for place, color in colors_by_place(figure).items()}
    assert found == {(1, 5): shown["224"], (2, 6): shown["96"], (3, 7): shown["96"], (4, 8): shown["128"]}
    assert (shown["224"], shown["128"], shown["96"]) == ("#cae11f", "#24868e", "#440154")  # of viridis
    assert inside(figure)


@pytest.mark.parametrize(("count", "has_bar"), [(8, False), (9, True)])
def test_more_than_eight_numbers_are_on_a_scale(count, has_bar):
    points = {"x": list(range(count)), "y": list(range(count))}
    figure = scatter(points, "x", "y", color="y")
    assert (len(figure.axes) == 2) == has_bar == (not legends(figure))


@pytest.mark.parametrize("kind", [list, np.array, lambda words: np.array(words, dtype=object)])
def test_words_have_a_legend(kind):
    words = ["resnet50", "a/b_c", "resnet50", "3", "$x$"]
    points = {"x": [1, 2, 3, 4, 5], "y": [1, 2, 3, 4, 5], "spec": kind(words)}
    figure = scatter(points, "x", "y", color="spec")
    legend = legends(figure)["spec"]
    assert [text.get_text() for text in legend.get_texts()] == ["resnet50", "a/b_c", "3", "$x$"]  # as they come
    shown = [hex_of(mark.get_color()) for mark in legend.legend_handles]
    assert shown == list(plots.PALETTE[:4])
    found = colors_by_place(figure)
    assert [hex_of(found[n, n]) for n in (1, 2, 3, 4, 5)] == [shown[0], shown[1], shown[0], shown[2], shown[3]]
    assert inside(figure)


@pytest.mark.parametrize("kind", [bool, object])
def test_true_and_false_are_words(kind):
    figure = scatter({**STAIRS, "bias": np.array([True, False] * 2, dtype=kind)}, "x", "y", color="bias")
    assert [text.get_text() for text in legends(figure)["bias"].get_texts()] == ["True", "False"]


def test_numbers_of_any_kind_are_numbers():
    kinds = np.array([np.int64(3), 2**70, 0.5, np.float32(1.5)], dtype=object)
    figure = scatter({"x": kinds, "y": range(4)}, "x", "y")
    assert sorted(cloud(figure).get_offsets()[:, 0].tolist()) == [0.5, 1.5, 3, 2.0**70]


def test_dollars_are_dollars():
    """Nothing is read as a formula."""
    points = {"$x$": [1, 2], "$y$": [3, 4], "$c$": ["$d$", "$e$"]}
    options = {"front": Front(points, {"$x$": False}), "title": "$t$", "note": "$n$"}
    found = [one for one in texts(scatter(points, "$x$", "$y$", color="$c$", **options)) if "$" in one.get_text()]
    points["$c$"] = points["$x$"] = points["$y$"] = list(range(9))
    found += [one for one in texts(scatter(points, "$x$", "$y$", color="$c$")) if "$" in one.get_text()]
    assert len(found) == 8 + 3
    assert not any(one.get_parse_math() for one in found)


def test_the_rarest_of_many_words_share_a_color():
    words = ["rare", *[f"w{n}" for n in range(7) for _ in range(3)], "rarer", "a" * 40]
    points = {"x": range(len(words)), "y": range(len(words)), "word": words}
    figure = scatter(points, "x", "y", color="word")
    names = [text.get_text() for text in legends(figure)["word"].get_texts()]
    assert names == [*(f"w{n}" for n in range(7)), "3 others"]
    found = colors_by_place(figure)
    assert {hex_of(found[n, n]) for n in (0, 22, 23)} == {plots.PALETTE[7]}
    assert len({hex_of(color) for color in found.values()}) == 8


def test_long_words_leave_room_for_the_picture():
    points = {**STAIRS, "word": ["specs/" + "a" * 200 + ".yaml", "b" * 200, "c", "d"]}
    best = Front(points, {f"a_longer_column_{number}": False for number in range(5)})
    figure = scatter(points, "x", "y", color="word", front=best, title="long " * 30, note="long " * 60)
    assert inside(figure)
    assert figure.axes[0].get_position().width > 0.5


# ---------------------------------------------------------------------------------------------
# The front.


@pytest.mark.parametrize(
    ("wanted", "label", "corners"),
    [
        ({"x": False, "y": False}, "Pareto front: least x, least y", [(2, 8), (4, 4), (8, 2)]),
        ({"y": True, "x": True}, "Pareto front: most y, most x", [(1, 4), (2, 2), (4, 1)]),
    ],
)
def test_the_front_is_a_staircase(wanted, label, corners):
    """What can be had between two variants: with least x and y, at 3 to the right no less than 4 upwards."""
    figure = scatter(STAIRS, "x", "y", front=Front({name: STAIRS[name][::-1] for name in STAIRS}, wanted))
    assert label in text_of(figure)
    (line,) = figure.axes[0].lines
    assert line.get_xydata().tolist() == [[1, 8], [2, 4], [4, 2], [8, 1]]
    drawn = {tuple(corner) for corner in stairs(line)}
    assert drawn == {(1, 8), (2, 4), (4, 2), (8, 1), *corners}
    assert figure.axes[0].get_zorder() == 0
    assert line.get_zorder() > cloud(figure).get_zorder()
    assert inside(figure)


def stairs(line):
    from matplotlib.cbook import STEP_LOOKUP_MAP

    return np.transpose(STEP_LOOKUP_MAP[line.get_drawstyle()](*line.get_data()))


def test_the_front_of_other_columns_has_no_line():
    figure = scatter(STAIRS, "x", "y", front=Front(STAIRS, {"x": False, "y": False, "z": True}))
    assert not figure.axes[0].lines
    assert "Pareto front: least x, least y, most z" in text_of(figure)
    assert all(points.get_offsets().tolist() == [[1, 8], [2, 4], [4, 2], [8, 1]] for points in rings(figure))


def rings(figure):
    return figure.axes[0].collections[1:]


@pytest.mark.parametrize(("count", "has_rings"), [(50, True), (51, False)])
def test_a_front_of_many_has_no_rings(count, has_rings):
    points = {"x": list(range(count)), "y": list(range(count))[::-1]}
    figure = scatter(points, "x", "y", front=Front(points, {"x": False, "y": False}))
    assert len(figure.axes[0].lines) == 1
    assert len(rings(figure)) == 1 + has_rings


def test_the_front_has_the_colors_of_its_variants():
    """Also where it has another range than the points, or is beyond them: they may be a part of the variants."""
    wanted = {"x": False, "y": False}
    best = {"x": [1], "y": [100_000], "word": ["b"]}
    points = {"x": [10, 20], "y": [10, 20], "word": ["a", "b"]}
    figure = scatter(points, "x", "y", color="word", front=Front(best, wanted))
    (ring, dot) = rings(figure)
    assert hex_of(dot.get_facecolors()[0]) == hex_of(colors_by_place(figure)[20, 20])
    assert hex_of(ring.get_edgecolors()[0]) == plots.INK
    assert figure.axes[0].get_yscale() == "log"
    assert figure.axes[0].viewLim.contains(1, 100_000)


def test_a_front_of_a_sweep(sweep):
    wanted = {"macs": False, "params": True}
    rows = front([sweep["macs"].to_numpy(), -sweep["params"].to_numpy()])
    figure = scatter(sweep, "macs", "params", color="alpha", front=Front(sweep.iloc[rows], wanted), units=UNITS)
    (line,) = figure.axes[0].lines
    assert len(line.get_xydata()) == len(rows) == 26  # the smallest resolution, with every alpha
    assert (np.diff(line.get_xdata()) > 0).all()
    assert inside(figure)


# ---------------------------------------------------------------------------------------------
# Axes.


@pytest.mark.parametrize(
    ("values", "scale", "ticks"),
    [
        ([1, 100], "linear", ["0", "20", "40", "60", "80", "100"]),  # two decades, not more
        ([1, 101], "log", ["1", "3", "10", "30", "100"]),
        ([0, 10**6], "linear", ["0", "200 k", "400 k", "600 k", "800 k", "1 M"]),
        ([-1, 10**6], "linear", ["0", "200 k", "400 k", "600 k", "800 k", "1 M"]),
        ([10**5, 10**10], "log", ["100 k", "1 M", "10 M", "100 M", "1 G", "10 G"]),
        ([0.25, 1.5], "linear", ["0.25", "0.5", "0.75", "1", "1.25", "1.5"]),
        ([3, 5], "linear", ["3", "4", "5"]),  # whole numbers have no half ticks
        ([1024, 4096], "linear", ["1000", "2000", "3000", "4000"]),
        ([568_740_351, 568_740_353], "linear", ["568.740351 M", "568.740352 M", "568.740353 M"]),
        ([2**70, 2**71], "linear", ["1.25e+21", "1.5e+21", "1.75e+21", "2e+21", "2.25e+21"]),
        ([5, 5], "linear", ["4", "5", "6"]),
    ],
)
def test_ticks(values, scale, ticks):
    figure = scatter({"x": values, "y": [1, 2]}, "x", "y")
    axes = figure.axes[0]
    figure.draw_without_rendering()
    low, high = axes.get_xlim()
    shown = [tick.label1.get_text() for tick in axes.xaxis.get_major_ticks() if low <= tick.get_loc() <= high]
    assert (axes.get_xscale(), shown) == (scale, ticks)
    assert not any(tick.label1.get_text() for tick in axes.xaxis.get_minor_ticks())
    assert inside(figure)


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("value", [0, 0.25, 5_000_000])
def test_equal_values(count, value):
    points = {"x": [value] * count, "y": [value] * count}
    figure = scatter(points, "x", "y", color="x", front=Front(points, {"x": False, "y": False}), title="One")
    low, high = figure.axes[0].get_xlim()
    assert low < value < high
    assert (low + high) / 2 == pytest.approx(value)
    assert inside(figure)


# ---------------------------------------------------------------------------------------------
# What cannot be drawn.


@pytest.mark.parametrize(
    ("points", "names", "message"),
    [
        (STAIRS, ("x", "wird"), "there is no column 'wird' to draw; did you mean 'word'?"),
        (STAIRS, ("x", "y", "colour"), "there is no column 'colour' to draw; expected one of: word, x, y"),
        (STAIRS, ("word", "y"), "'word' cannot be drawn along an axis: its values are no numbers"),
        ({"x": [True], "y": [1]}, ("x", "y"), "'x' cannot be drawn along an axis: its values are no numbers"),
        ({"x": [], "y": []}, ("x", "y"), "there is nothing to draw: no variant is kept"),
        ({"x": [1], "y": [10**400]}, ("x", "y"), "the numbers of 'y' are too large to be drawn"),
    ],
)
def test_what_cannot_be_drawn(points, names, message):
    with pytest.raises(archcalc.ArchcalcError) as caught:
        scatter(points, *names[:2], color=names[2] if len(names) > 2 else None)
    assert str(caught.value) == message


def test_without_matplotlib(monkeypatch, tmp_path):
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    message = "a picture needs matplotlib, which is not installed; install it with: pip install 'archcalc[plot]'"
    for attempt in (lambda: scatter(STAIRS, "x", "y"), lambda: plots.check_ready(tmp_path / "a.svg")):
        with pytest.raises(archcalc.ArchcalcError, match=re.escape(message)):
            attempt()


# ---------------------------------------------------------------------------------------------
# Files.

BEGIN = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}


@pytest.mark.parametrize("end", [".png", ".svg", ".pdf", ".PNG"])
def test_files(end, tmp_path, sweep):
    file = tmp_path / f"a picture{end}"
    file.write_text("an older one")
    contents = []
    for _ in range(2):
        plots.save(scatter(sweep, "macs", "params", color="alpha", units=UNITS, title="Twice"), file)
        contents.append(file.read_bytes())
    assert contents[0].startswith(BEGIN[end.lower()])
    assert contents[0] == contents[1]
    assert not re.search(rb"<dc:date>|CreationDate", contents[0])
    assert os.listdir(tmp_path) == [file.name]


def test_many_points_are_pixels_in_an_svg(tmp_path):
    sizes = {}
    for count in (5_000, 5_001):
        values = np.random.default_rng(1).random((2, count))
        file = tmp_path / f"{count}.svg"
        plots.save(scatter({"x": values[0], "y": values[1]}, "x", "y"), file)
        sizes[count] = file.read_text().count("<use ") > 4_000, "<image " in file.read_text()
    assert sizes == {5_000: (True, False), 5_001: (False, True)}


def test_the_last_values_of_a_sweep_do_not_hide_the_others(tmp_path):
    """Half of all points lie under the other half: as many of both are seen."""
    count = 4_000
    points = {
        "x": [*range(count // 2)] * 2,
        "y": [0] * count,
        "word": ["under"] * (count // 2) + ["over"] * (count // 2),
    }
    figure = scatter(points, "x", "y", color="word")
    offsets, colors = cloud(figure).get_offsets()[:, 0], cloud(figure).get_facecolors()
    on_top = {place: hex_of(color) for place, color in zip(offsets.tolist(), colors, strict=True)}
    seen = sum(color == plots.PALETTE[0] for color in on_top.values())
    assert 900 < seen < 1_100


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.jpg", "'a.jpg' ends in .jpg, expected a picture: .png, .svg or .pdf"),
        ("picture", "'picture' has no ending, expected a picture: .png, .svg or .pdf"),
        ("nowhere/a.svg", "cannot write 'nowhere/a.svg': there is no folder 'nowhere'"),
        ("file/a.svg", "cannot write 'file/a.svg': there is no folder 'file'"),
        ("folder.svg", "cannot write 'folder.svg': Is a directory"),
        ("a\0.svg", "cannot write 'a\\x00.svg': embedded null byte"),
    ],
)
def test_files_that_cannot_be(name, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.svg").mkdir()
    before = sorted(os.listdir("."))
    with pytest.raises(archcalc.ArchcalcError) as caught:
        plots.save(scatter(STAIRS, "x", "y"), name)
    assert str(caught.value) == message
    assert sorted(os.listdir(".")) == before


@pytest.mark.parametrize("end", [".png", ".svg", ".pdf"])
def test_a_full_disk_leaves_the_older_picture(end, tmp_path):
    if not os.path.exists("/dev/full"):
        pytest.skip("needs /dev/full")
    file = tmp_path / f"a{end}"
    file.write_text("an older one")
    (tmp_path / f"a{end}.{os.getpid()}.new").symlink_to("/dev/full")
    with pytest.raises(archcalc.ArchcalcError) as caught:
        plots.save(scatter(STAIRS, "x", "y"), file)
    assert str(caught.value) == f"cannot write '{file}': {os.strerror(errno.ENOSPC)}"
    assert file.read_text() == "an older one"
    assert os.listdir(tmp_path) == [file.name]


def test_an_interrupted_save_leaves_nothing(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        plots.save(scatter(STAIRS, "x", "y"), tmp_path / "a.svg")
    assert os.listdir(tmp_path) == []


def test_threads(tmp_path, monkeypatch):
    """Four at once draw the same picture, and settings of others are left alone."""
    import matplotlib

    monkeypatch.setitem(matplotlib.rcParams, "svg.hashsalt", "of others")
    before = dict(matplotlib.rcParams)
    files = [tmp_path / f"{number}.svg" for number in range(4)]
    drawing = [
        threading.Thread(target=lambda file=file: plots.save(scatter(STAIRS, "x", "y", color="word"), file))
        for file in files
    ]
    for thread in drawing:
        thread.start()
    for thread in drawing:
        thread.join()
    assert len({file.read_bytes() for file in files}) == 1
    assert dict(matplotlib.rcParams) == before


def test_no_pyplot(tmp_path):
    """Nothing asks for a screen, whatever the environment says."""
    code = f"""
import sys
from archcalc import plots
from archcalc.plots.scatter import scatter
for end in ("png", "svg", "pdf"):
    plots.save(scatter({STAIRS!r}, "x", "y", color="word"), "a." + end)
assert "matplotlib.pyplot" not in sys.modules
"""
    environment = {
        **os.environ,
        "MPLBACKEND": "TkAgg",
        "PYTHONPATH": os.path.dirname(os.path.dirname(archcalc.__file__)),
    }
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, env=environment)
    assert sorted(os.listdir(tmp_path)) == ["a.pdf", "a.png", "a.svg"]


def test_nothing_warns(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        points = {"x": [2**80, 1], "y": [-5, 0.5], "word": ["_hidden", "shown"]}
        plots.save(scatter(points, "x", "y", color="word", front=Front(points, {"x": True})), tmp_path / "a.pdf")
    assert "_hidden" in text_of(scatter(points, "x", "y", color="word"))
