"""What is added to pages at each build: the help of every command, the public names of archcalc, the zoo's pages."""

from __future__ import annotations

import ast
import builtins
import contextlib
import inspect
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

import archcalc
from archcalc.cli import COMMANDS, main

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def command_line() -> str:
    """A section a command: what its `--help` prints."""
    os.environ |= {"COLUMNS": "100", "NO_COLOR": "1"}  # argparse would ask the terminal
    return "".join(_command(name) for name in ("", *COMMANDS))


def _command(name: str) -> str:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.suppress(SystemExit):
        main([*([name] if name else []), "--help"])
    return f"\n## `archcalc {name or 'SPEC'}`\n\n```text\n{shown.getvalue().rstrip()}\n```\n"


def python_api() -> str:
    """The public functions and classes, and the classes that the functions return, by their docstrings."""
    public = {name: getattr(archcalc, name) for name in archcalc.__all__ if not name.startswith("_")}
    functions = [name for name, thing in public.items() if inspect.isfunction(thing)]
    classes = [name for name in public if name not in functions]
    results = {_result(public[name]) for name in functions}
    others = [
        name for name in sorted(results) if name.startswith("archcalc.") and name.rpartition(".")[2] not in public
    ]
    return (
        _section("Functions", "autofunction", [f"archcalc.{name}" for name in functions])
        + _section("Classes", "autoclass", [f"archcalc.{name}" for name in classes])
        + _section("What else the functions return", "autoclass", others)
    )


def _section(title: str, directive: str, names: list[str]) -> str:
    members = "\n   :members:\n   :undoc-members:" if directive == "autoclass" else ""
    directives = "\n\n".join(f".. {directive}:: {name}{members}" for name in names)
    return f"\n## {title}\n\n```{{eval-rst}}\n{directives}\n```\n"


def _result(function: Callable[..., Any]) -> str:
    """The dotted name of the class that a function returns; its module may import it for types only."""
    name = inspect.signature(function).return_annotation
    if hasattr(builtins, name):
        return f"builtins.{name}"
    tree = ast.parse(Path(inspect.getfile(function)).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == name:
            return f"{function.__module__}.{name}"
        if isinstance(node, ast.ImportFrom) and name in [alias.name for alias in node.names]:
            return f"{node.module}.{name}"
    raise LookupError(f"where is {name}, which {function.__name__} returns?")


def zoo() -> str:
    """The pages of families, which the zoo's table links to."""
    return "\n```{toctree}\n:hidden:\n:glob:\n\nzoo/*\n```\n"


# Page -> what is added to its end.
PAGES = {"cli": command_line, "api": python_api, "reports/zoo": zoo}
