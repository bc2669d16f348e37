"""The claims of the lectures: all of them are there, and each ends in the verdict that is on record."""

import re
from collections import Counter
from pathlib import Path

import pytest

from archcalc.checking import verdicts_of
from archcalc.checking.verdicts import ERRATUM, FAILS, HOLDS, ROUNDED, UNDER
from archcalc.spec.locate import zoo_folder

# Document -> how many printed numbers the list of the lectures has, and what became of them:
# holds, holds rounded, holds under a convention, errata.
DOCUMENTS = {
    "lecture-cs409-unit7-cnns-2": 164,
    "lecture-cmp784-05-cnns-erdem-2024": 139,
    "lecture-modern-computer-vision-ratan": 135,
    "lecture-neural-networks-image-classification": 59,
    "lecture-deep-learning-1-ehinger-2022": 16,
}
VERDICTS = {
    verdict.entry.id: verdict
    for name in DOCUMENTS
    for verdict in verdicts_of(Path(zoo_folder(), "claims", f"{name}.yaml"))
}


def test_every_file_is_of_a_known_document():
    found = {path.stem for path in Path(zoo_folder(), "claims").glob("*.yaml")}
    assert found == set(DOCUMENTS)


def test_all_513_claims_are_there():
    counts = Counter(verdict.entry.document for verdict in VERDICTS.values())
    assert counts == {f"{name}.txt": count for name, count in DOCUMENTS.items()}
    assert len(VERDICTS) == 513


def test_none_fails():
    assert [id_ for id_, verdict in VERDICTS.items() if verdict.verdict == FAILS] == []


@pytest.mark.parametrize("id_", VERDICTS)
def test_a_claim_says_where_it_stands(id_):
    entry = VERDICTS[id_].entry
    assert re.match(r"line \d+", entry.place)
    assert entry.quote.strip()
    assert (VERDICTS[id_].verdict == UNDER) == bool(entry.under)
    assert (VERDICTS[id_].verdict == ERRATUM) == (entry.erratum is not None)


# The best-known ones, with their numbers by hand or from the papers.
@pytest.mark.parametrize(
    ("quantity", "printed", "computed", "verdict"),
    [
        ("totals.activations", "24M", 15_237_608, ERRATUM),  # the rows of the VGG-16 table
        ('layers["conv2_1"].weights', "73,728", 73_728, HOLDS),
        ("totals.params", "138M", 138_357_544, ROUNDED),
    ],
)
def test_the_vgg_table(quantity, printed, computed, verdict):
    found = [
        item
        for item in VERDICTS.values()
        if item.entry.document == "lecture-cs409-unit7-cnns-2.txt"
        and item.entry.quantity.text == quantity
        and item.entry.expected.text == printed
    ]
    assert found
    assert {(item.computed, item.verdict) for item in found} <= {(computed, verdict), (computed, UNDER)}
