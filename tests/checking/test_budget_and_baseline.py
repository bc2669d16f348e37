"""Budgets and baselines."""

import json

import pytest

import archcalc
from archcalc.checking.baseline import check_baseline, write_baseline
from archcalc.checking.budget import check_budget
from archcalc.errors import ArchcalcError

LENET = archcalc.analyze("lenet5")


@pytest.mark.parametrize(
    ("most", "least", "remarks"),
    [
        ({"params": "61,706"}, {}, [""]),
        ({"params": "61.7K"}, {}, ["6 too many"]),
        ({"macs": "0.5M", "activation_bytes": "35 KiB"}, {}, ["", "632 too many"]),  # 36,472 B and 35,840 B
        ({}, {"depth": "5", "params": "1M"}, ["", "938,294 too few"]),
        ({"peak_memory": "23KiB"}, {}, [""]),  # c1: 1,024 and 4,704 values of 4 B
    ],
)
def test_budget(most, least, remarks):
    outcome = check_budget(LENET, most, least)
    assert [row.message for row in outcome.rows] == remarks
    assert outcome.is_right == (not any(remarks))


@pytest.mark.parametrize(
    ("most", "message"),
    [
        ({"parms": "1M"}, "there is no column 'parms'"),
        ({"params": "much"}, "found 'much', expected a number such as 600M or 8MiB"),
        ({"output": "1"}, "the column 'output' has no total that could be limited"),
    ],
)
def test_wrong_budgets(most, message):
    with pytest.raises(ArchcalcError, match=message):
        check_budget(LENET, most)


def test_a_stored_run_is_the_same_until_something_changes(tmp_path):
    file = str(tmp_path / "totals.json")
    write_baseline({"lenet5": LENET}, file)
    write_baseline({"vgg16": archcalc.analyze("vgg16")}, file)
    assert list(json.loads((tmp_path / "totals.json").read_text())["networks"]) == ["lenet5", "vgg16"]
    assert check_baseline({"lenet5": LENET}, file).is_right
    changed = check_baseline({"lenet5": archcalc.analyze(archcalc.load("lenet5", classes=20))}, file)
    rows = {row.quantity: row for row in changed.rows}
    assert rows["totals.params"].message == "+850 (+1.38 %)"  # 84 * 10 + 10 of 61,706
    assert rows["totals.params"].is_failure
    assert not rows["totals.depth"].is_failure


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format_version": 1}',
        '{"format_version": 2, "networks": {}}',
        '{"format_version": 1, "networks": {"lenet5": {"params": "many"}}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_baseline(tmp_path, text):
    (tmp_path / "b.json").write_text(text)
    with pytest.raises(ArchcalcError, match="is no baseline; make one with --update"):
        check_baseline({"lenet5": LENET}, str(tmp_path / "b.json"))


def test_a_network_that_is_not_in_the_baseline(tmp_path):
    write_baseline({}, str(tmp_path / "b.json"))
    with pytest.raises(ArchcalcError, match="knows nothing of lenet5; store its totals with --update"):
        check_baseline({"lenet5": LENET}, str(tmp_path / "b.json"))


def test_new_and_lost_totals_are_differences(tmp_path):
    file = tmp_path / "b.json"
    file.write_text('{"format_version": 1, "networks": {"lenet5": {"params": 61706, "petals": 3}}}')
    rows = {row.quantity: row.message for row in check_baseline({"lenet5": LENET}, str(file)).rows}
    assert rows["totals.params"] == ""
    assert rows["totals.petals"] == "gone"
    assert rows["totals.macs"] == "new"
