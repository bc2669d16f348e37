"""The site of docs/: Sphinx, MyST and furo. The command that builds it stands in README.md and is run in CI.

The pages are Markdown files of this folder; `tests/test_readme.py` runs their blocks. Nothing that a program knows is
written here: the reports are brought in as they are, the command line and the Python API are read at each build.
Links between pages, and to their headings, are checked by the build; links to other sites need a network:
`sphinx-build -b linkcheck docs build/links`.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
# The site tells of the archcalc that it lies beside, also where another one is installed.
sys.path[:0] = [str(DOCS), str(ROOT)]

import generated  # noqa: E402

import archcalc  # noqa: E402

project = "archcalc"
version = archcalc.__version__
html_title = f"archcalc {version}"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
root_doc = "index"
exclude_patterns = ["_build"]

myst_heading_anchors = 3  # `page.md#a-heading` can be linked to, as on GitHub
default_role = "code"  # what docstrings have in single backquotes
add_module_names = False
autodoc_preserve_defaults = True
autodoc_member_order = "bysource"
python_maximum_signature_line_length = 88

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["archcalc.css"]
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
pygments_style = "friendly"
pygments_dark_style = "github-dark"


def bring_reports(app: Sphinx) -> None:
    """Copy the pages of reports/ to where Sphinx looks; their links to one another stay right."""
    folder = DOCS / "reports"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "reports", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "data", "pages"))


def complete(app: Sphinx, page: str, source: list[str]) -> None:
    """Add to a page what is generated, let links to reports/ point to their copies, and give MyST its anchors."""
    text = source[0].replace("](../reports/", "](reports/")
    text = re.sub(r'^(#+ )<a id="(\w+)"></a>', r"(\2)=\n\1", text, flags=re.MULTILINE)
    source[0] = text + generated.PAGES.get(page, lambda: "")()


def setup(app: Sphinx) -> None:
    """Hook into the build."""
    app.connect("builder-inited", bring_reports)
    app.connect("source-read", complete)
