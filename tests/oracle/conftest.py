"""Everything here compares archcalc with PyTorch, and is skipped where PyTorch is not installed.

ARCHCALC_DRAWS says how many layers each test draws: 200 if it is not set, and then the same ones in every run;
above that they are new ones every time. Tests that draw whole networks, which take longer, draw 2.5 for each
of those layers (500), but never more than 5,000. The tests themselves say nothing of this: they inherit it.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

pytest.importorskip("torch", reason="PyTorch is the oracle here; install it with: pip install -e '.[oracle]'")

USUAL = 200
DRAWS = int(os.environ.get("ARCHCALC_DRAWS", USUAL))
OF_NETWORKS = {"test_fields.py", "test_graphs.py"}
MOST_NETWORKS = 5000

settings.register_profile("elsewhere", settings.default)
settings.register_profile(
    "layers",
    max_examples=DRAWS,
    derandomize=DRAWS <= USUAL,
    deadline=None,
    # A machine that is busy with other things makes a test slow, not wrong.
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("networks", settings.get_profile("layers"), max_examples=min(DRAWS * 5 // 2, MOST_NETWORKS))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """A test takes its settings from the profile that is loaded where it is defined: while its file is imported."""
    settings.load_profile("networks" if collector.path.name in OF_NETWORKS else "layers")
    try:
        return (yield)
    finally:
        settings.load_profile("elsewhere")
