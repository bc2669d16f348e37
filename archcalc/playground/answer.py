"""What is answered to a text: the document of its network, or what is wrong with it and where."""

from __future__ import annotations

import json
import os

from archcalc.errors import ArchcalcError, Place, printable
from archcalc.pages import document
from archcalc.report import analyze
from archcalc.spec import TYPED, load_typed
from archcalc.spec.locate import zoo_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def answer(text: str) -> bytes:
    """JSON: `{"document": ...}`, or `{"errors": [...]}`, each with its message and the place that it speaks of.

    >>> json.loads(answer("input: 3"))["errors"]
    [{'text': "'layers' is missing; a network needs a list of layers", 'line': 1, 'column': 1}]
    """
    found: dict[str, Any]
    try:
        found = {"document": document(analyze(load_typed(text)))}
    except ArchcalcError as error:
        found = {"errors": [_mistake(one) for one in error.errors]}
    except RecursionError:
        found = {"errors": [{"text": "this is nested too deeply"}]}
    return json.dumps(found, separators=(",", ":")).encode()


def _mistake(error: ArchcalcError) -> dict[str, Any]:
    """One mistake; `file` says which file of the zoo, where it is not in the text itself."""
    hint = "" if error.hint is None else f"; {error.hint}"
    found: dict[str, Any] = {"text": printable(_nearer(f"{error.message}{hint}"))}
    where = error.where
    if isinstance(where, Place):
        found |= {"line": where.line, "column": where.column}
    elif where is not None and where != TYPED:
        found["text"] = printable(f"{where}: {found['text']}")
    if isinstance(where, Place) and where.file != TYPED:
        found["file"] = _nearer(where.file)
    return found


def _nearer(text: str) -> str:
    """A message as the reader of the page has the files: those of the zoo by their names there, the text by lines."""
    return text.replace(zoo_folder() + os.sep, "").replace(f"{TYPED}:", "line ")
