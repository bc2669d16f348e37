"""The op reference: what the op files say about themselves (`facts`), as text and as Markdown.

Each format is a file with `every_op() -> str` and `one_op(name) -> str`.
"""

from __future__ import annotations

FORMATS = ("text", "markdown")
