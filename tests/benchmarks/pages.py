"""How long pages take to make and to open in headless Chromium, and their sizes. Run by hand:

    python tests/benchmarks/pages.py

Medians of 5 runs. A page is open when all of it is drawn: the time from the start of its loading to its own mark.
The limits of issue 10 are 1 MB for VGG-16 and 2 s for 1,000 layers. ARCHCALC_CHROMIUM names the browser.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

import archcalc

RUNS = 5
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
CHAIN = "input: [3, 32, 32]\nlayers:\n" + "  - {conv: [8, 3, 1, half]}\n  - relu\n" * 500
MOBILENET = {"alpha": [0.25, 0.5, 0.75, 1.0], "resolution": [128, 160, 192, 224]}
MARK = "performance.getEntriesByName('archcalc-ready')"


def main() -> None:
    """Print a line a page."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        chain = Path(folder) / "chain.yaml"
        chain.write_text(CHAIN)
        browser = driver.chromium.launch(
            executable_path=os.environ.get("ARCHCALC_CHROMIUM") or shutil.which("chromium"), args=ARGUMENTS
        )
        print(f"{'page':28} {'made in ms':>10} {'kB':>7} {'open in ms':>10}")
        for spec, vary in (
            *(("vgg16", None), ("resnet50", None), ("mobilenet_v1", MOBILENET), ("densenet121", {})),
            *(("resnet1202", {}), (str(chain), {})),
        ):
            begin = time.perf_counter()
            text = archcalc.page(spec, vary)
            made = (time.perf_counter() - begin) * 1000
            file = Path(folder) / "page.html"
            file.write_text(text, encoding="utf-8")
            opened = statistics.median(opening_ms(browser, file.as_uri()) for _ in range(RUNS))
            print(f"{Path(spec).stem:28} {made:10.0f} {len(text.encode()) / 1000:7.0f} {opened:10.0f}")
        browser.close()


def opening_ms(browser, url: str) -> float:
    """From the start of loading to the mark of the page."""
    tab = browser.new_page(viewport={"width": 1400, "height": 900})
    tab.goto(url)
    tab.wait_for_function(f"() => {MARK}.length", timeout=60_000)
    found: float = tab.evaluate(f"() => {MARK}[0].startTime")
    tab.close()
    return found


if __name__ == "__main__":
    main()
