"""What is done once an image and what for each region, told apart in every report."""

import json

import pytest

import archcalc
from archcalc.algebra.symbols import symbol

# A stem, an RPN beside it, a box head on 20 regions of two maps, a mask head on 5.
TEXT = """
input: [3, 16, 24]
vars: {boxes: 20, masks: 5}
layers:
  - {conv: {filters: 4, kernel: 3, padding: 1, bias: false}, name: fine}                 # 4 x 16 x 24
  - {conv: {filters: 4, kernel: 2, stride: 2}, name: coarse}                             # 4 x 8 x 12
  - {head: [{conv: [2, 1]}], name: rpn}
  - head:
      - {roi_align: {regions: masks, size: 2}}
      - {conv_transpose: {filters: 3, kernel: 2, stride: 2}}
    name: mask
  - {roi_pool: {regions: boxes, size: 3}, from: [fine, coarse], name: pool}              # 4 x 3 x 3
  - {linear: 10, name: scores}
  - relu
"""
# Counted by hand. Image: 4*3*9 products at 384 positions, 4*4*4 at 96, 2*4 at 96.
FINE, COARSE, RPN = 108 * 384, 64 * 96, 8 * 96
MASK = 4 * 2 * 2 * 3 * 2 * 2  # every input value into 2 x 2 outputs of 3 filters


def report(text=TEXT, batch=1, **overrides):
    return archcalc.analyze(archcalc.loads(text, **overrides), batch=batch)


FLAT = TEXT.replace("{linear: 10, name: scores}", "flatten\n  - {linear: 10, name: scores}")
SCORES = 36 * 10


@pytest.mark.parametrize(("batch", "boxes"), [(1, 20), (3, 7)])
def test_parts(batch, boxes):
    image, mask, box = report(FLAT, batch, boxes=boxes).parts
    assert [part["part"] for part in (image, mask, box)] == ["image", "region", "region"]
    assert [part["regions"] for part in (image, mask, box)] == [1, 5, boxes]
    assert [part["times"] for part in (image, mask, box)] == [batch, 5 * batch, boxes * batch]
    assert [part["macs_each"] for part in (image, mask, box)] == [FINE + COARSE + RPN, MASK, SCORES]
    assert [part["macs"] for part in (image, mask, box)] == [
        batch * (FINE + COARSE + RPN),
        batch * 5 * MASK,
        batch * boxes * SCORES,
    ]
    assert [part["params"] for part in (image, mask, box)] == [108 + 68 + 10, 4 * 3 * 4 + 3, 370]
    # the input, two maps, two anchors a position; 4 x 2 x 2 and 3 x 4 x 4; 4 x 3 x 3 and 10
    assert [part["activations_each"] for part in (image, mask, box)] == [
        3 * 384 + 4 * 384 + 4 * 96 + 2 * 96,
        16 + 48,
        36 + 10,
    ]


def test_the_parts_add_up_to_the_totals():
    found = report(FLAT, batch=3)
    for name in ("params", "macs", "flops", "activations"):
        assert sum(part[name] for part in found.parts) == found.totals[name]


def test_layers_behind_a_region_op_are_multiplied():
    layers = {layer["name"]: layer for layer in report(FLAT, batch=2).layers}
    assert layers["scores"]["macs"] == 2 * 20 * SCORES
    assert layers["scores"]["regions"] == 20
    assert layers["scores"]["output"] == [10]
    assert layers["scores"]["params"] == 370
    assert "regions" not in layers["coarse"]
    assert layers["scores"]["receptive_field"] is None


def test_neurons_and_connections_are_those_of_all_regions():
    totals = report(FLAT).totals
    assert totals["neurons"] == 4 * 384 + 4 * 96 + 2 * 96 + 5 * 48 + 20 * 10
    assert report(FLAT, batch=7).totals["neurons"] == totals["neurons"]


@pytest.mark.parametrize("form", ["text", "markdown", "latex", "html"])
def test_every_format_for_people_shows_the_parts(form):
    from archcalc.render import render

    shown = render(report(FLAT).table(), form)
    assert "an image has" in shown
    assert f"{20 * SCORES:,}" in shown
    assert "an image has" in render(report(FLAT).summary(), form)
    assert "an image has" not in render(archcalc.analyze("lenet5").table(), form)


def test_json_has_them_and_a_network_without_regions_has_none():
    assert json.loads(report(FLAT).to_json())["parts"] == report(FLAT).parts
    assert "parts" not in json.loads(archcalc.analyze("lenet5").to_json())
    assert archcalc.analyze("lenet5").parts == []


def test_one_region_is_as_good_as_the_image():
    assert report(FLAT, boxes=1, masks=1).parts == []


def test_regions_as_a_symbol():
    found = report(FLAT, boxes=symbol("N"))
    assert [str(part["macs"]) for part in found.parts] == [str(FINE + COARSE + RPN), str(5 * MASK), "360*N"]
    assert str(found.totals["macs"]) == f"360*N + {FINE + COARSE + RPN + 5 * MASK}"


def test_regions_as_a_column():
    import numpy as np

    found = report(FLAT, boxes=np.array([1, 5, 300]))
    assert found.totals["macs"].tolist() == [FINE + COARSE + RPN + 5 * MASK + n * SCORES for n in (1, 5, 300)]
    assert [part["macs_each"] for part in found.parts] == [FINE + COARSE + RPN, MASK, SCORES]


def test_what_is_per_region_cannot_be_joined_with_what_is_not():
    text = FLAT + "  - {global_avg_pool: , from: coarse, name: mean}\n  - {concat: , from: [scores, mean]}\n"
    with pytest.raises(archcalc.ArchcalcError, match="concat joins what an image has 20 of with what it has 1 of"):
        report(text)
    joined = FLAT + "  - {global_avg_pool: , from: pool, name: one}\n  - {concat: , from: [scores, one]}\n"
    assert report(joined).layers[-1]["output"] == [14]
    assert report(joined).layers[-1]["regions"] == 20


def test_an_r_cnn_runs_the_whole_backbone_once_a_region():
    """Girshick et al., CVPR 2014: each of about 2,000 proposals is warped to 227 x 227 and goes through AlexNet."""
    text = """
input: [3, 375, 500]
layers:
  - {roi_align: {regions: 2000, size: 227, sampling: 1}, name: warp}
  - {conv: {filters: 96, kernel: 11, stride: 4}, name: conv1}
"""
    image, region = report(text).parts
    assert image["macs"] == 0
    assert region["macs_each"] == 105_415_200  # 55*55*96 outputs of 11*11*3 products (Krizhevsky et al., 2012)
    assert region["macs"] == 210_830_400_000


def test_nothing_is_global_behind_a_region_op():
    text = """
input: [3, 9, 9]
layers:
  - {roi_pool: {regions: 2, size: 3}}
  - {conv: [4, 3]}
  - flatten
  - {linear: 5}
"""
    found = report(text)
    assert [layer["receptive_field"] for layer in found.layers] == [[1, 1], None, None, None, None]
    assert found.analysis.notes == [
        "receptive fields are not followed behind roi_pool: the data decides which part of its input a region covers"
    ]


def test_without_columns_that_have_totals_there_is_no_line_of_totals():
    text = "input: [3, 8, 8]\nlayers: [{roi_pool: [5, 2]}]"
    assert archcalc.analyze(archcalc.loads(text)).table(("op", "output")).parts.totals == ()


def test_regions_of_regions_stay_countable():
    text = "input: [3, 8, 8]\nlayers: [{roi_pool: [10**300, 4], repeat: 20}]"
    with pytest.raises(archcalc.ArchcalcError, match="more regions than any network needs"):
        archcalc.loads(text)


def test_a_folded_row_names_no_number_of_regions_where_they_differ():
    text = "input: [3, 9, 9]\nlayers: [{sequence: [{conv: [2, 1]}, {roi_align: [30, 4]}, {conv: [2, 1]}], name: s}]"
    table = report(text).table(("regions",), depth=1)
    assert [row[1] for row in table.rows] == [1, None]


def test_the_summary_says_why_params_are_fewer():
    text = "input: [3]\nlayers: [{linear: 3, name: a}, {linear: 3, shares: a}]"
    assert report(text).summary().notes == (
        "shared weights are counted once, with their owner; layers that share them and show 0: 1",
    )


def test_notes_of_fields_that_are_not_followed_are_few():
    heads = "".join("  - {head: [{roi_pool: [2, 3]}]}\n" for _ in range(30))
    notes = report(f"input: [3, 9, 9]\nlayers:\n  - {{conv: [2, 1]}}\n{heads}").table().notes
    assert sum("not followed behind" in note for note in notes) == 6
    assert "fields are not followed behind 25 more layers" in notes
