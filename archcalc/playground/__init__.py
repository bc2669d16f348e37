"""The playground: a page on this machine in which one types a spec and sees its page change.

answer (text -> the document of its network, or its mistakes) runs in a child with bounds on time and memory, which
worker starts, asks and ends. server speaks HTTP to browsers on this machine only, frame is the HTML that it gives
them, with the words of the language that the editor completes. The front end stands with that of `archcalc.pages`.
"""

from __future__ import annotations

from archcalc.playground.server import Playground

__all__ = ["Playground"]
