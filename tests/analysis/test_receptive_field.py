"""Receptive fields against papers, and against sets of input positions walked through the definition."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import archcalc
from archcalc.report import DEFAULT_COLUMNS

# ---------------------------------------------------------------------------------------------
# Numbers of papers. Araujo, Norris and Sim, Distill 2019, table of section "Discussion": receptive field, effective
# stride, effective padding (minus the start): alexnet_v2 195 / 32 / 64, vgg_16 212 / 32 / 90, mobilenet_v1 315 / 32,
# resnet_v1_50 483 / 32 / 239. The rows before the last are counted by hand from the same networks.

ALEXNET_V2 = """
input: [3, 224, 224]
layers:
  - {conv: [64, 11, 4], name: conv1}
  - {max_pool: [3, 2], name: pool1}
  - {conv: [192, 5], name: conv2}
  - {max_pool: [3, 2], name: pool2}
  - {conv: {filters: 384, kernel: 3, padding: half}, name: conv3}
  - {conv: {filters: 384, kernel: 3, padding: half}, name: conv4}
  - {conv: {filters: 256, kernel: 3, padding: half}, name: conv5}
  - {max_pool: [3, 2], name: pool5}
""".replace("conv: [192, 5]", "conv: {filters: 192, kernel: 5, padding: half}")

# TF-slim's resnet_v1_50: the stride is in the last unit of a stage, in its 3x3 convolution.
RESNET_V1_50 = """
input: [3, 224, 224]
blocks:
  unit:
    args: {filters: , stride: 1}
    layers:
      - add:
          - - conv: [filters, 1]
            - conv: {filters: filters, kernel: 3, stride: stride, padding: half}
            - conv: [4*filters, 1]
          - - conv: [4*filters, 1, stride]
layers:
  - {conv: {filters: 64, kernel: 7, stride: 2, padding: 3}, name: conv1}
  - {max_pool: {kernel: 3, stride: 2, padding: 1}, name: pool1}
  - {unit: [64], repeat: 2, name: a}
  - {unit: [64, 2], name: block1}
  - {unit: [128], repeat: 3, name: b}
  - {unit: [128, 2], name: block2}
  - {unit: [256], repeat: 5, name: c}
  - {unit: [256, 2], name: block3}
  - {unit: [512], repeat: 3, name: block4}
"""

# Howard et al. 2017, table 1: a 3x3 convolution and 13 depthwise ones.
MOBILENET_V1 = """
input: [3, 224, 224]
vars: {strides: [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1]}
layers:
  - {conv: {filters: 32, kernel: 3, stride: 2, padding: 1}, name: conv1}
  - {depthwise_conv: {kernel: 3, stride: "strides[i]", padding: 1}, repeat: 13, name: dw}
"""

PAPERS = [
    (ALEXNET_V2, "conv1", 11, 4, 0),
    (ALEXNET_V2, "pool1", 19, 8, 0),
    (ALEXNET_V2, "conv2", 51, 8, -16),
    (ALEXNET_V2, "conv3", 99, 16, -32),
    (ALEXNET_V2, "conv5", 163, 16, -64),
    (ALEXNET_V2, "pool5", 195, 32, -64),
    (RESNET_V1_50, "conv1", 7, 2, -3),
    (RESNET_V1_50, "pool1", 11, 4, -5),
    (RESNET_V1_50, "block1", 35, 8, -17),
    (RESNET_V1_50, "block2", 99, 16, -49),
    (RESNET_V1_50, "block3", 291, 32, -145),
    (RESNET_V1_50, "block4", 483, 32, -241),
    (MOBILENET_V1, "conv1", 3, 2, -1),
    (MOBILENET_V1, "dw", 315, 32, -157),
]


def rows(graph):
    """path -> (sizes, jumps, starts); a group of layers has the row of its last one."""
    found = {}
    for layer in archcalc.analyze(graph).layers:
        row = (layer["receptive_field"], layer["jump"], layer["start"])
        parts = layer["name"].split(".")
        for length in range(1, len(parts) + 1):
            found[".".join(parts[:length])] = row
    return found


@pytest.mark.parametrize(("text", "name", "size", "jump", "start"), PAPERS)
def test_papers(text, name, size, jump, start):
    assert rows(archcalc.loads(text))[name] == ([size, size], [jump, jump], [start, start])


# The table of VGG-16: 5, 14, 40, 92 and 196 before the poolings, 212 and stride 32 after the last; padding 90.
@pytest.mark.parametrize(
    ("name", "size", "jump", "start"),
    [("0.conv.1", 5, 1, -2), ("stage_1", 6, 2, -2), ("stage_2", 16, 4, -6), ("stage_3", 44, 8, -18),
     ("stage_4", 100, 16, -42), ("stage_5", 212, 32, -90)],
)  # fmt: skip
def test_vgg16(name, size, jump, start):
    layers = archcalc.analyze(archcalc.load("vgg16")).layers
    pools = {f"stage_{number}": layer for number, layer in enumerate((x for x in layers if x["op"] == "max_pool"), 1)}
    layer = pools.get(name) or [x for x in layers if x["op"] == "conv"][1]
    assert layer["receptive_field"] == [size, size]
    assert layer["jump"] == [jump, jump]
    assert layer["start"] == [start, start]


def test_vgg16_before_its_last_pooling():
    convolutions = [x for x in archcalc.analyze(archcalc.load("vgg16")).layers if x["op"] == "conv"]
    assert (convolutions[-1]["receptive_field"], convolutions[-1]["jump"]) == ([196, 196], [16, 16])


def test_vgg16_is_global_from_its_first_fully_connected_layer():
    linear = [x for x in archcalc.analyze(archcalc.load("vgg16")).layers if x["op"] == "linear"]
    assert [layer["receptive_field"] for layer in linear] == ["global"] * 3
    assert [layer["jump"] for layer in linear] == [None] * 3


# ---------------------------------------------------------------------------------------------
# Hand counts of single cases: text, path, row.

CASES = {
    # Axes of their own: 3 and 1+2*4 = 9 positions.
    "axes": ("[{conv: {filters: 1, kernel: [3, 5], stride: [1, 2], dilation: [1, 2], padding: [1, 0]}}]",
             ([3, 9], [1, 2], [-1, 0])),
    "pad": ("[{pad: 2}, {conv: [1, 3]}]", ([3, 3], [1, 1], [-2, -2])),
    "crop": ("[{crop: [[1, 0], [2, 5]]}, {max_pool: 2}]", ([2, 2], [2, 2], [1, 2])),
    "elementwise": ("[relu, batch_norm, dropout, softmax]", ([1, 1], [1, 1], [0, 0])),
    "linear at every position": ("[{conv: [4, 3]}, {linear: 7}]", ([3, 3], [1, 1], [0, 0])),
    # Even kernels with half padding lean to the front: 4//2 = 2 before, then 1 + 1*1 of a 2 kernel.
    "even": ("[{conv: {filters: 1, kernel: 4, padding: half}}, {conv: {filters: 1, kernel: 2, padding: half}}]",
             ([5, 5], [1, 1], [-3, -3])),
    "union": ("[{add: [[], [{conv: {filters: 3, kernel: 3, padding: 1}}, "
              "{conv: {filters: 3, kernel: 5, padding: 2}}]]}]",
              ([7, 7], [1, 1], [-3, -3])),
    "concat": ("[{concat: [[{conv: {filters: 2, kernel: 5, padding: 2}}], [{max_pool: [3, 1, 1]}]]}]",
               ([5, 5], [1, 1], [-2, -2])),
    "flat": ("[{conv: [4, 3]}, flatten]", ([3, 3], None, None)),
    "global": ("[{conv: [4, 3]}, global_avg_pool]", ("global", None, None)),
    "fully connected": ("[flatten, {linear: 5}]", ("global", None, None)),
    "after global": ("[flatten, {linear: 5}, relu, {linear: 3}, softmax]", ("global", None, None)),
    # The last of 14 columns is never seen: (14 - 3)//2 + 1 = 6 windows end at 12; rows: 11 of 11 are.
    "not global": ("[{conv: [4, 3, 2]}, global_max_pool]", ([11, 13], None, None)),
    # Squeeze-and-excitation: the gate makes everything global.
    "gate": ("[{multiply: [[], [global_avg_pool, {linear: 3}, sigmoid]]}]", ("global", None, None)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_cases(name):
    layers, expected = CASES[name]
    last = archcalc.analyze(archcalc.loads(f"input: [3, 11, 14]\nlayers: {layers}")).layers[-1]
    assert (last["receptive_field"], last["jump"], last["start"]) == expected


def test_adaptive_pooling_steps_by_a_fraction():
    # 13 positions in 6 bins: bins of at most 3, 13/6 apart.
    report = archcalc.analyze(archcalc.loads("input: [3, 13, 12]\nlayers: [{adaptive_avg_pool: [6, 4]}]"))
    assert report.layers[-1]["receptive_field"] == [3, 3]
    assert report.layers[-1]["jump"] == [Fraction(13, 6), 3]


def test_several_inputs_show_the_first():
    text = """
    input: {image: [3, 12, 12], mask: [1, 12, 12]}
    layers:
      - {conv: {filters: 4, kernel: 3, padding: 1}, from: image, name: a}
      - {conv: {filters: 4, kernel: 5, padding: 2}, from: mask, name: b}
      - {concat: , from: [b, a], name: both}
    """
    found = rows(archcalc.loads(text))
    assert found["b"][0] == [5, 5]
    assert found["both"][0] == [3, 3]


@pytest.mark.parametrize(
    ("branches", "words"),
    [
        # The centres of windows 2 and 3 wide are half a pixel apart.
        ("[{conv: {filters: 3, kernel: 2, padding: [[0, 1], [0, 1]]}}], [{conv: {filters: 3, kernel: 3, padding: 1}}]",
         "centres of their fields differ"),
        ("[{pad: [[1, 0], [1, 0]]}, {crop: [[0, 1], [0, 1]]}], []", "centres of their fields differ"),
        ("[{crop: [[0, 6], [0, 8]]}], [{max_pool: 2}]", "jumps 1 and 2 differ"),
    ],
)  # fmt: skip
def test_misaligned_branches_are_reported(branches, words):
    input_size = "[3, 12, 16]"
    report = archcalc.analyze(archcalc.loads(f"input: {input_size}\nlayers: [{{add: [{branches}]}}]"))
    notes = report.table(DEFAULT_COLUMNS).notes
    assert [words in note for note in notes if "misaligned" in note] == [True]


def test_aligned_branches_are_not_reported():
    report = archcalc.analyze(archcalc.loads(RESNET_V1_50))
    assert not [note for note in report.table(DEFAULT_COLUMNS).notes if "misaligned" in note]


def test_many_misaligned_branches_are_reported_in_short():
    layer = "{add: [[{pad: [[1, 0], [1, 0]]}, {crop: [[0, 1], [0, 1]]}], []], repeat: 9}"
    notes = archcalc.analyze(archcalc.loads(f"input: [3, 9, 8]\nlayers: [{layer}]")).table(DEFAULT_COLUMNS).notes
    misaligned = [note for note in notes if "misaligned" in note]
    assert len(misaligned) == 6
    assert misaligned[-1].startswith("4 more layers")


# ---------------------------------------------------------------------------------------------
# The witness. A network is a list of steps; a step is ("window", kernel, stride, padding, dilation), ("pad", before,
# after), ("crop", before, after), ("same",) or ("branches", steps, steps). A map from positions to sets of input
# positions goes through it by the definition of a window: output u touches u*stride - padding + tap*dilation.


def walk(steps, below, size):
    """The map after the steps, and how many positions there are. `below(u)` is the set that position u sees."""
    for step in steps:
        kind, *numbers = step
        if kind == "window":
            kernel, stride, padding, dilation = numbers
            count = 0
            while count * stride - padding + (kernel - 1) * dilation <= size + padding - 1:
                count += 1
            below, size = through(below, stride, padding, [tap * dilation for tap in range(kernel)]), count
        elif kind == "pad":
            below, size = through(below, 1, numbers[0], [0]), size + sum(numbers)
        elif kind == "crop":
            below, size = through(below, 1, -numbers[0], [0]), size - sum(numbers)
        elif kind == "branches":
            maps = [walk(branch, below, size) for branch in numbers]
            sizes = {branch_size for _, branch_size in maps}
            assert len(sizes) == 1
            below, size = joined([branch for branch, _ in maps]), sizes.pop()
    return below, size


def through(below, stride, padding, taps):
    return lambda unit: set().union(*(below(unit * stride - padding + tap) for tap in taps))


def joined(maps):
    return lambda unit: set().union(*(one(unit) for one in maps))


def bounded(steps, length):
    """The map of real positions only: padding sees nothing, here and inside the network."""

    def inside(below, size):
        return lambda unit: below(unit) if 0 <= unit < size else set()

    below, size = inside(lambda unit: {unit}, length), length
    for step in steps:
        if step[0] == "branches":
            parts = [bounded_from(branch, below, size) for branch in step[1:]]
            below, size = joined([part for part, _ in parts]), parts[0][1]
        else:
            below, size = walk([step], below, size)
        below = inside(below, size)
    return below, size


def bounded_from(steps, below, size):
    for step in steps:
        below, size = walk([step], below, size)
        now, count = below, size
        below = lambda unit, now=now, count=count: now(unit) if 0 <= unit < count else set()  # noqa: E731
    return below, size


def spec(steps):
    """The same steps in the language of specs, one spatial axis."""
    words = []
    for kind, *numbers in steps:
        if kind == "window":
            kernel, stride, padding, dilation = numbers
            arguments = f"kernel: {kernel}, stride: {stride}, padding: {padding}, dilation: {dilation}"
            words.append(f"{{conv: {{filters: 2, {arguments}}}}}")
        elif kind in ("pad", "crop"):
            words.append(f"{{{kind}: [[{numbers[0]}, {numbers[1]}]]}}")
        elif kind == "branches":
            words.append("{add: [" + ", ".join(spec(branch) for branch in numbers) + "]}")
        else:
            words.append("relu")
    return "[" + ", ".join(words) + "]"


def keeps_size(most_dilation):
    """Steps that a branch may have: the size stays."""
    return st.one_of(
        st.tuples(st.just("same")),
        st.builds(lambda half, dilation: ("window", 2 * half + 1, 1, half * dilation, dilation),
                  st.integers(0, 2), st.integers(1, most_dilation)),
    )  # fmt: skip


WINDOW = st.tuples(st.just("window"), st.integers(1, 5), st.integers(1, 3), st.integers(0, 3), st.integers(1, 3))
DENSE = st.tuples(st.just("window"), st.integers(1, 5), st.integers(1, 4), st.integers(0, 2), st.just(1))
MOVE = st.tuples(st.sampled_from(["pad", "crop"]), st.integers(0, 3), st.integers(0, 3))
BRANCH, DENSE_BRANCH = (st.lists(keeps_size(most), max_size=3) for most in (3, 1))
# A branch whose field is moved, so that centres differ.
SHIFT = st.integers(1, 2).map(lambda n: [("pad", n, 0), ("crop", 0, n)])
BRANCHES = st.tuples(st.just("branches"), BRANCH, BRANCH | SHIFT)
DENSE_BRANCHES = st.tuples(st.just("branches"), DENSE_BRANCH, DENSE_BRANCH | SHIFT)
STEPS = st.lists(st.one_of(WINDOW, WINDOW, MOVE, BRANCHES, st.just(("same",))), min_size=1, max_size=5)
DENSE_STEPS = st.lists(st.one_of(DENSE, DENSE, MOVE, DENSE_BRANCHES), max_size=4)


def loaded(steps, length, tail=""):
    """The network, or None where a window does not fit."""
    layers = spec([("window", 1, 1, 0, 1), *steps])[:-1] + tail + "]"
    try:
        return archcalc.loads(f"input: [2, {length}]\nlayers: {layers}")
    except archcalc.ArchcalcError as error:
        assert "does not fit" in str(error) or "leaves nothing" in str(error)  # noqa: PT017
        return None


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(STEPS, st.integers(12, 40))
def test_fields_equal_the_sets_of_positions(steps, length):
    graph = loaded(steps, length)
    if graph is None:
        return
    below, count = walk(steps, lambda unit: {unit}, length)
    last = archcalc.analyze(graph).layers[-1]
    assert last["output"] == [2, count]
    (size,), (jump,), (start,) = last["receptive_field"], last["jump"], last["start"]
    for unit in range(count):
        seen = below(unit)
        assert (min(seen), max(seen)) == (start + jump * unit, start + jump * unit + size - 1)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS, st.integers(8, 30))
def test_no_real_position_outside_the_field_is_seen(steps, length):
    graph = loaded(steps, length)
    if graph is None:
        return
    below, count = bounded(steps, length)
    last = archcalc.analyze(graph).layers[-1]
    (size,), (jump,), (start,) = last["receptive_field"], last["jump"], last["start"]
    for unit in range(count):
        assert below(unit) <= set(range(start + jump * unit, start + jump * unit + size))


TAILS = [", global_avg_pool", ", flatten, {linear: 3}", ", global_max_pool, {linear: 3}, relu"]


def is_global(graph):
    return archcalc.analyze(graph).layers[-1]["receptive_field"] == "global"


def everything_seen(steps, length):
    below, count = bounded(steps, length)
    return set().union(*(below(unit) for unit in range(count))) == set(range(length))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DENSE_STEPS, st.integers(8, 30), st.sampled_from(TAILS))
def test_global_means_that_the_sets_hold_every_position(steps, length, tail):
    graph = loaded(steps, length, tail)
    if graph is not None and is_global(graph):
        assert everything_seen(steps, length)


NO_GAPS = st.lists(
    st.one_of(
        st.builds(lambda kernel, stride, padding: ("window", kernel, min(stride, kernel), min(padding, kernel - 1), 1),
                  st.integers(1, 5), st.integers(1, 4), st.integers(0, 3)),
        st.tuples(st.sampled_from(["pad", "crop"]), st.integers(0, 2), st.integers(0, 2)),
    ),
    max_size=4,
)  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(NO_GAPS, st.integers(8, 30), st.sampled_from(TAILS))
def test_without_gaps_global_is_exactly_that(steps, length, tail):
    graph = loaded(steps, length, tail)
    if graph is not None:
        assert is_global(graph) == everything_seen(steps, length)


# Networks of which some input position is never seen, though the fields' first and last ends reach beyond it.
NEVER_GLOBAL = {
    "the pooling drops the last of 10": ([("window", 3, 3, 0, 1), ("window", 3, 1, 1, 1)], 10),
    "every second position": ([("window", 1, 2, 0, 1), ("window", 3, 1, 1, 1)], 9),
    # One branch sees up to 5 without gaps, the other 0, 2, 4, 6 and 8: nobody sees 7.
    "neither branch holds the other": (
        [("branches", [("pad", 4, 0), ("window", 2, 1, 0, 1), ("crop", 0, 3)], []), ("window", 1, 2, 0, 1)],
        9,
    ),
    "cropped away before a padded window": ([("crop", 2, 2), ("window", 5, 1, 2, 1)], 10),
}


@pytest.mark.parametrize("name", NEVER_GLOBAL)
@pytest.mark.parametrize("tail", TAILS)
def test_never_global(name, tail):
    steps, length = NEVER_GLOBAL[name]
    assert not everything_seen(steps, length)
    assert not is_global(loaded(steps, length, tail))


def test_a_dilated_window_with_a_stride_may_miss_positions():
    # {0, 3}, {2, 5}, {4, 7}, {6, 9}: nobody sees 1 and 8.
    steps = [("window", 2, 2, 0, 3)]
    assert not everything_seen(steps, 10)
    assert not is_global(loaded(steps, 10, ", global_avg_pool"))


def test_resnet_is_global_behind_its_pooling():
    """Shortcuts with stride 2 leave gaps, but the branches beside them do not."""
    graph = archcalc.loads(RESNET_V1_50 + "  - {global_avg_pool: , name: pool}\n")
    assert rows(graph)["pool"] == ("global", None, None)


@pytest.mark.parametrize("last", ["{attention: , from: [a, b]}", "{roi_align: [10, 7], from: [a, b]}"])
def test_no_field_of_output_0_is_spoken_of_where_none_is_given(last):
    text = f"""
input: [3, 32, 32]
layers:
  - {{conv: {{filters: 4, kernel: 3, stride: 2, padding: half}}, name: a}}
  - {{conv: {{filters: 4, kernel: 3, stride: 2, padding: half}}, name: b}}
  - {last}
"""
    report = archcalc.analyze(archcalc.loads(text))
    assert report.layers[-1]["receptive_field"] in ("global", None)
    assert not [note for note in report.analysis.notes if "misaligned" in note]
