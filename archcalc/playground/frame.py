"""The HTML of the playground, and what it hands to the editor: words of the language and texts of the zoo."""

from __future__ import annotations

import os
from functools import cache
from html import escape

from archcalc.pages.html import as_data
from archcalc.playground.language import language
from archcalc.spec.locate import read_file, zoo_folder, zoo_names

START = "lenet5"

_FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>archcalc playground</title>
<link rel="stylesheet" href="/playground.css">
</head>
<body class="playground">
<noscript><p>The playground needs JavaScript.</p></noscript>
<div id="editor-side"></div>
<div id="page-side"><div id="page"></div></div>
<script type="application/json" id="playground" nonce="{nonce}">{data}</script>
<script src="/playground.js" nonce="{nonce}"></script>
</body>
</html>"""


def html(token: str, nonce: str) -> str:
    """The page; whoever has it may compute."""
    data = {
        "token": token,
        "nonce": nonce,
        "text": text_of(START),
        "zoo": zoo_names(),
        "language": _language(),
    }
    return _FRAME.format(nonce=escape(nonce), data=as_data(data))


def policy(nonce: str) -> str:
    """What a browser lets the page do: run and ask this server's own; the editor adds styles."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def text_of(name: str) -> str | None:
    """The text of a network of the zoo, None if it has none of this name.

    >>> text_of("resnet50").splitlines()[0]
    'extends: families/resnet_bottleneck.yaml'
    """
    return read_file(os.path.join(zoo_folder(), f"{name}.yaml")) if name in zoo_names() else None


@cache
def _language() -> dict[str, object]:
    return language()
