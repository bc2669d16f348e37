"""Executes the notebooks of this folder from clean kernels: python notebooks/make.py [NOTEBOOK ...], from anywhere.

The notebooks are their own source: cells are edited in Jupyter, or in any editor, and this writes what they show back
into the same files; without NOTEBOOK into all of them. With --check nothing is written, and files that are out of date
are named. Running it again changes no byte; pictures may differ between versions of matplotlib, and are not compared.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

TYPE_CHECKING = False
if TYPE_CHECKING:
    from nbformat import NotebookNode

FOLDER = Path(__file__).resolve().parent
NOTEBOOKS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
SECONDS = 120  # of one cell, at most
# What a notebook says of its kernel: nothing of the machine and its versions.
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def kept(name: str) -> NotebookNode:
    """A notebook as its file has it."""
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def made(name: str) -> NotebookNode:
    """A notebook with what its cells show today."""
    import matplotlib.font_manager  # noqa: F401 - where it is used first, it says so on stderr

    notebook = kept(name)
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,  # what is printed comes in pieces, and not always the same ones
        resources={"metadata": {"path": str(FOLDER)}},
        extra_arguments=["--log-level=ERROR"],  # no word on how the kernel is connected
    )
    # Notebooks tell of the archcalc that they lie beside, also where another one is installed.
    path = os.pathsep.join(filter(None, [str(FOLDER.parent), os.environ.get("PYTHONPATH")]))
    client.execute(env={**os.environ, "PYTHONPATH": path})
    notebook.metadata = nbformat.from_dict(METADATA)
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id, cell.metadata = f"cell-{number}", nbformat.from_dict({})
        for output in cell.get("outputs", ()):
            if output.get("name") == "stderr":
                raise SystemExit(f"{name}: cell {number} writes to stderr: {output['text']}")
    return notebook


def shown(notebook: NotebookNode) -> list[object]:
    """What is compared: sources and outputs of all cells, of pictures only that they are there."""
    cells: list[object] = []
    for cell in notebook.cells:
        outputs = [
            (output.output_type, output.get("text"), {**output.get("data", {}), "image/png": ""})
            for output in cell.get("outputs", ())
        ]
        pictures = sum("image/png" in output.get("data", {}) for output in cell.get("outputs", ()))
        cells.append((cell.cell_type, cell.source, cell.get("execution_count"), outputs, pictures))
    return cells


def main() -> int:
    """Write, or check, the notebooks that the command line names."""
    parser = argparse.ArgumentParser(description="Execute the notebooks of this folder.")
    parser.add_argument("notebooks", metavar="NOTEBOOK", nargs="*", help=f"only these, of {', '.join(NOTEBOOKS)}")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if any is out of date")
    parsed = parser.parse_args()
    unknown = [name for name in parsed.notebooks if name not in NOTEBOOKS]
    if unknown:
        parser.error(f"no notebook is named {', '.join(unknown)}; there are {', '.join(NOTEBOOKS)}")
    stale = 0
    for name in parsed.notebooks or NOTEBOOKS:
        notebook = made(name)
        if not parsed.check:
            nbformat.write(notebook, FOLDER / f"{name}.ipynb")
        elif shown(notebook) != shown(kept(name)):
            stale += 1
            sys.stderr.write(f"notebooks/{name}.ipynb is out of date; renew it with: python notebooks/make.py {name}\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
