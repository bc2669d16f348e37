"""Write tests/spec/bad/*.txt anew: `python tests/spec/update_bad.py`. Read the difference before you commit it.

Each file holds the whole message that the spec beside it must cause; `test_bad.py` compares, and never writes.
"""

import contextlib
from pathlib import Path

import archcalc

BAD = Path(__file__).parent / "bad"


def message(name: str) -> str:
    """What is said of a wrong spec, from inside its folder, so that its path is its name."""
    with contextlib.chdir(BAD):
        try:
            archcalc.load(f"{name}.yaml")
        except archcalc.ArchcalcError as error:
            return str(error)
    return "(nothing is wrong)"


if __name__ == "__main__":
    for spec in sorted(BAD.glob("*.yaml")):
        spec.with_suffix(".txt").write_text(message(spec.stem) + "\n", encoding="utf-8")
