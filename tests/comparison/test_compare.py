"""`archcalc.compare`: totals and exact ratios, whatever the networks are called."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

import archcalc
from archcalc import ArchcalcError


def test_totals_of_three_networks():
    # Params: VGG-16 and ResNet-50 of torchvision, MobileNet of its paper's code. VGG-16 is 15.5 and ResNet-50 4.09 G.
    found = archcalc.compare(["vgg16", "resnet50", "mobilenet_v1"], ["params", "macs"])
    assert list(found.totals) == ["vgg16", "resnet50", "mobilenet_v1"]
    assert found.totals["vgg16"] == {"params": 138_357_544, "macs": 15_470_264_320}
    assert found.totals["resnet50"] == {"params": 25_557_032, "macs": 4_089_184_256}
    assert found.totals["mobilenet_v1"] == {"params": 4_231_976, "macs": 568_740_352}


def test_ratios_are_exact_and_to_the_first():
    found = archcalc.compare(["lenet5", "vgg16"], ["params"])
    assert found.ratios == {"lenet5": {"params": 1}, "vgg16": {"params": Fraction(138_357_544, 61_706)}}
    table = found.table()
    assert table.rows[1][-1] == Fraction(138_357_544, 61_706)
    assert "2,242" in str(found)  # 138,357,544 / 61,706 = 2242.2


def test_the_ratio_to_nothing_is_no_number():
    found = archcalc.compare(["lenet5", "resnet18"], ["buffers"])
    assert found.totals == {"lenet5": {"buffers": 0}, "resnet18": {"buffers": 9_600}}
    assert found.ratios["resnet18"] == {"buffers": None}


def test_graphs_and_names_of_ones_own():
    half = archcalc.load("mobilenet_v1", alpha=0.5)
    found = archcalc.compare([archcalc.load("mobilenet_v1"), half, half], ["params"])
    assert list(found.totals) == ["MobileNet v1", "MobileNet v1 (2)", "MobileNet v1 (3)"]
    assert found.totals["MobileNet v1 (2)"] == {"params": 1_331_592}
    assert list(archcalc.compare({"whole": "mobilenet_v1", "half": half}).totals) == ["whole", "half"]


def test_what_a_convention_or_a_device_is_given_for_is_shown():
    names = archcalc.compare(["lenet5", "vgg16"], convention="flops", device="nvidia-v100-sxm2").columns
    assert names == ("params", "macs", "activations", "peak_memory", "depth", "flops", "bound_ms")


def test_batch_and_dtype():
    found = archcalc.compare({"a": "vgg16", "b": "vgg16"}, ["macs", "activation_bytes"], batch=2, dtype="float16")
    assert found.totals["b"] == {"macs": 30_940_528_640, "activation_bytes": 2 * 2 * 15_237_608}


def test_json():
    found = archcalc.compare(["lenet5", "siamese"], ["params", "intensity"])
    parsed = json.loads(found.to_json())
    assert parsed["ratios_to"] == "lenet5"
    first, second = parsed["networks"]
    assert first["spec"] == "lenet5"
    assert first["name"] == "LeNet-5"
    assert first["totals"]["params"] == 61_706
    assert isinstance(first["totals"]["intensity"], float)
    assert set(second["ratios"]) == {"params", "intensity"}
    assert isinstance(second["input"], dict)  # it has two


def test_notebook_and_frame():
    found = archcalc.compare({"<b>": "lenet5", "b": "vgg16"}, ["params"])
    assert "&lt;b&gt;" in found._repr_html_()
    assert found.to_frame()["params"].to_dict() == {"<b>": 61_706, "b": 138_357_544}
    assert found.to_frame()["params_ratio"]["b"] == 138_357_544 / 61_706


def test_all_columns_have_a_total():
    found = archcalc.compare(["lenet5", "vgg16"], ["all"])
    assert {"params", "depth", "intensity", "peak_memory"} <= set(found.columns)
    assert all(value is not None for value in found.totals["vgg16"].values())


@pytest.mark.parametrize(
    ("networks", "columns", "message"),
    [
        ([], None, "found 0 to compare, expected at least 2 networks"),
        (["vgg16"], None, "found 1 to compare, expected at least 2 networks"),
        ("vgg16", None, "found 'vgg16', expected a list of networks"),
        (7, None, "found 7, expected a list of networks"),
        ([7, 8], None, "found int, expected a network, or the path or name of a spec"),
        (["vgg16", "vgg16"], None, "the network 'vgg16' is given twice; archcalc diff sets one spec beside itself"),
        (["vgg16", "vgg99"], None, "there is no file 'vgg99'"),
        (["vgg16", "vgg19"], ["op"], "the column 'op' has no total; these have one: params, weights"),
        (["vgg16", "vgg19"], ["mac"], "there is no column 'mac'; did you mean 'macs'?"),
        (["vgg16", "vgg19"], ["bound_ms"], "a bound of the time needs a device"),
        (["vgg16", "vgg19"], "params", "found the columns 'params', expected a list of names"),
        (["vgg16", "vgg19"], [], "found the columns [], expected a list of names"),
    ],
)
def test_wrong_input(networks, columns, message):
    with pytest.raises(ArchcalcError) as caught:
        archcalc.compare(networks, columns)
    assert str(caught.value).startswith(message)


def test_the_mistakes_of_all_networks_at_once(tmp_path):
    specs = []
    for name in ("a b.yaml", "c.yaml"):
        (tmp_path / name).write_text("input: [3, 8, 8]\nlayers: [cnv]\n")
        specs.append(str(tmp_path / name))
    with pytest.raises(ArchcalcError) as caught:
        archcalc.compare(specs)
    assert [str(error.where) for error in caught.value.errors] == [f"{spec}:2:10" for spec in specs]


def test_symbols_and_columns_are_refused():
    import numpy as np
    import sympy

    for value in (sympy.Symbol("alpha", positive=True, integer=True), np.array([10, 20])):
        with pytest.raises(ArchcalcError, match="only numbers can be compared"):
            archcalc.compare({"a": "vgg16", "b": archcalc.load("vgg16", classes=value)})
