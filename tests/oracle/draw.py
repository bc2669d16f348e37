"""The comparison with PyTorch at length: python tests/oracle/draw.py [DRAWS] [arguments of pytest]

DRAWS layers for each test of an op, 20,000 if it is not given, at random; see conftest.py for the tests that draw
whole networks. Further arguments go to pytest: `draw.py 20000 -k "gelu or flatten"` compares these ops alone.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest


def main(arguments: list[str]) -> int:
    """Run the tests of this folder; returns the exit status."""
    draws, *others = arguments if arguments and arguments[0].isdigit() else ["20000", *arguments]
    os.environ["ARCHCALC_DRAWS"] = draws
    folder = Path(__file__).resolve().parent
    return pytest.main([str(folder), "--durations=0", *others])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
