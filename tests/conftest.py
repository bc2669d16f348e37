"""What all tests share: hypothesis draws the same examples in every run, so that a green run stays green.

To search further, run with HYPOTHESIS_PROFILE=search: other examples every time, and many more of them.
"""

import os
import shutil

import pytest
from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=5000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser():
    """Chromium, driven by playwright: what ARCHCALC_CHROMIUM names, or one on the path, or playwright's own."""
    reason = "a browser is driven by playwright; install it with: pip install -e '.[browser]'"
    playwright = pytest.importorskip("playwright.sync_api", reason=reason)
    with playwright.sync_playwright() as driver:
        own = driver.chromium.executable_path
        found = os.environ.get("ARCHCALC_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
        if found is None and not os.path.exists(own):
            pytest.skip("no Chromium was found; install it with: playwright install chromium")
        started = driver.chromium.launch(executable_path=found or own, args=ARGUMENTS)
        yield started
        started.close()
