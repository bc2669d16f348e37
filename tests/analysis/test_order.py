"""Orders of execution: no order needs less than the one called best, found by trying all of them."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archcalc
from archcalc.analysis.liveness import COPYING, FUSED, MODES, REUSING, alive_bytes
from archcalc.analysis.order import best_order

# What a drawn network is made of: layers on vectors of any size, in place, as views, and merges.
ONE = ["{linear: 3}", "{linear: 11}", "relu", "gelu", "identity", "batch_norm", "{dropout: 0.5}"]


@st.composite
def networks(draw):
    """A small network whose layers read any of the layers before them."""
    lines, names = [], ["input"]
    for number in range(draw(st.integers(1, 6))):
        name = f"n{number}"
        if draw(st.integers(0, 3)):
            op = draw(st.sampled_from(ONE))
            source = f"from: {draw(st.sampled_from(names))}"
        else:
            op, source = (
                "concat",
                f"from: [{', '.join(draw(st.lists(st.sampled_from(names), min_size=2, max_size=3)))}]",
            )
        op = op.strip("{}") if op.startswith("{") else f"{op}: "
        lines.append(f"  - {{{op}, {source}, name: {name}}}\n")
        names.append(name)
    return "input: [7]\nlayers:\n" + "".join(lines)


def orders(graph):
    """Every order in which inputs come before their users, and the input of the network first."""
    for order in itertools.permutations(range(1, len(graph.layers))):
        places = {0: 0, **{index: place for place, index in enumerate(order, 1)}}
        if all(places[source] < places[index] for index in order for source in graph.layers[index].inputs):
            yield (0, *order)


@given(networks(), st.sampled_from(MODES), st.integers(1, 3))
def test_no_order_is_better(text, mode, batch):
    graph = archcalc.loads(text)
    least = min(max(alive_bytes(graph, batch, "float32", mode=mode, order=order)) for order in orders(graph))
    found = best_order(graph, batch, "float32", mode)
    assert (found.peak_bytes, found.is_best) == (least, True)
    assert max(alive_bytes(graph, batch, "float32", mode=mode, order=found.layers)) == least
    # A search that is cut off finds what may be worse, and says how much better an order could be.
    cut = best_order(graph, batch, "float32", mode, max_sets=0)
    assert cut.bound_bytes <= least <= cut.peak_bytes <= max(alive_bytes(graph, batch, "float32", mode=mode))


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        # the input, one wide layer, and the narrow end of either branch
        (REUSING, 10 + 40 + 2),
        (FUSED, 10 + 40 + 2),
        # the relu of the first branch has an output of its own while the input waits
        (COPYING, 10 + 40 + 40),
    ],
)
def test_by_hand(mode, expected):
    """Two branches that are each wide inside and narrow at the end: one after the other, not both at once.

    In the given order both wide layers wait: 10 + 40 + 40.
    """
    text = """
input: [10]
layers:
  - {linear: 40, name: a}
  - {linear: 40, from: input, name: b}
  - {relu: , from: a, name: ra}
  - {relu: , from: b, name: rb}
  - {linear: 2, from: ra, name: la}
  - {linear: 2, from: rb, name: lb}
  - {concat: , from: [la, lb]}
"""
    graph = archcalc.loads(text)
    assert max(alive_bytes(graph, 1, "float32")) == 4 * (10 + 40 + 40)
    found = best_order(graph, 1, "float32", mode)
    assert found.is_best
    assert found.peak_bytes == 4 * expected


@pytest.mark.parametrize(
    ("name", "given_bytes", "best_bytes"),
    [("nasnet_a_large", 31_600_032, 28_183_584), ("vgg16", 25_690_112, 25_690_112)],
)
def test_of_the_zoo(name, given_bytes, best_bytes):
    """Regression: NASNet's cells of many branches gain from another order, a chain has only one."""
    graph = archcalc.load(name)
    assert max(alive_bytes(graph, 1, "float32")) == given_bytes
    order = best_order(graph, 1, "float32", REUSING)
    assert (order.peak_bytes, order.is_best) == (best_bytes, True)


def test_what_fits_at_first_is_not_run_too_soon():
    """Each branch holds 90 + 90 values at its widest: once the first layers of both have run, 270 are alive.

    The 100 + 100 at the beginning leave room for those, and that must not tempt.
    """
    text = """
input: [100]
layers:
  - {linear: 100}
  - {linear: 1, name: x}
  - {linear: 90, name: a1}
  - {linear: 90, from: x, name: b1}
  - {linear: 90, from: a1, name: a2}
  - {linear: 90, from: b1, name: b2}
  - {linear: 1, from: a2, name: a3}
  - {linear: 1, from: b2, name: b3}
  - {concat: , from: [a3, b3]}
"""
    graph = archcalc.loads(text)
    assert max(alive_bytes(graph, 1, "float32")) == 4 * 270
    found = best_order(graph, 1, "float32", REUSING)
    assert (found.peak_bytes, found.is_best) == (4 * 200, True)
