"""Wrong specs, each with the exact message that it must cause: bad/NAME.yaml and bad/NAME.txt.

`python tests/spec/update_bad.py` writes the messages anew, to be read before they are committed.
"""

from pathlib import Path

import pytest

import archcalc

BAD = Path(__file__).parent / "bad"
NAMES = sorted(path.stem for path in BAD.glob("*.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_message(name, monkeypatch):
    monkeypatch.chdir(BAD)
    with pytest.raises(archcalc.ArchcalcError) as caught:
        archcalc.load(f"{name}.yaml")
    assert str(caught.value) + "\n" == (BAD / f"{name}.txt").read_text(encoding="utf-8")


def test_every_message_belongs_to_a_spec():
    assert sorted(path.stem for path in BAD.glob("*.txt")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_mistake_has_its_place_and_is_named_once(name, monkeypatch):
    """Each line begins with an existing line and column of a file, the last of too many excepted."""
    monkeypatch.chdir(BAD)
    with pytest.raises(archcalc.ArchcalcError) as caught:
        archcalc.load(f"{name}.yaml")
    errors = caught.value.errors
    assert len({str(error) for error in errors}) == len(errors)
    for error in errors:
        if error.where is None:
            assert error.message == "there may be more mistakes: the search ended after 100"
            continue
        lines = Path(error.where.file).read_text(encoding="utf-8").split("\n")
        assert 1 <= error.where.column <= len(lines[error.where.line - 1]) + 1
