"""The file: the data, the scripts and the styles, and a policy by which a browser runs and fetches nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ASSETS = Path(__file__).parent / "assets"
# What could end a script, begin a comment in one, or break a line of old JavaScript.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}

_FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<noscript><p>This page draws itself, for which it needs JavaScript; it fetches nothing.</p></noscript>
<div id="page"></div>
<script type="application/json" id="data">{data}</script>
<script>{script}</script>
</body>
</html>"""


def html(data: dict[str, Any]) -> str:
    """A page of packed variants, complete."""
    style, script = ((ASSETS / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    title = next(data["pool"][variant["title"]] for variant in data["variants"] if "title" in variant)
    return _FRAME.format(policy=escape(policy), title=escape(title), style=style, data=as_data(data), script=script)


def as_data(data: Any) -> str:
    r"""JSON that can stand inside a script of HTML, whatever texts it holds.

    >>> print(as_data(["</script>"]))
    ["\u003c/script\u003e"]
    """
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False).translate(_ESCAPES)


def _hash(text: str) -> str:
    """What a policy calls an inline script or style by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
