"""Everything here compares archcalc with PyTorch, and is skipped where PyTorch is not installed."""

import pytest

pytest.importorskip("torch", reason="PyTorch is the oracle here; install it with: pip install -e '.[oracle]'")
