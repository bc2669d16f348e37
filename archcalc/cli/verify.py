"""`archcalc verify SPEC`: execute a network and compare what is observed with what is computed."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from contextlib import contextmanager

from archcalc.cli import DONE, FAILED, terminal_bar, write
from archcalc.cli.report import settings
from archcalc.render import FORMATS, render
from archcalc.spec import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType
    from typing import Any


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status: 1 if anything differs."""
    from archcalc.verification import verify

    options = _parser().parse_args(arguments)
    network = load(options.spec, **settings(options.set))
    bar = _bar()
    try:
        with interruptible() as check:

            def progress(done: int, total: int, path: str) -> None:
                check()
                if bar is not None:
                    bar.show(done, total, path)

            found = verify(network, options.batch, options.exhaustive, options.layers, progress)
    finally:
        if bar is not None:
            bar.close()
    form = "json" if options.json else options.format
    write(found.to_json() if form == "json" else render(found.table(), form), options.output)
    return DONE if found.is_equal else FAILED


@contextmanager
def interruptible() -> Iterator[Callable[[], None]]:
    """Ctrl-C ends this block, even if the compiler loses it or ends in another error; yields a check for it.

    An interruption that comes while LLVM calls back into Python is "ignored", or leaves a kernel half compiled.
    """
    pressed: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        pressed.append(number)
        signal.default_int_handler(number, frame)

    def check() -> None:
        if pressed:
            raise KeyboardInterrupt

    is_usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not is_usual or threading.current_thread() is not threading.main_thread():
        yield check  # a job in the background goes on when others are interrupted
        return
    hook = sys.unraisablehook
    sys.unraisablehook = lambda lost: None if issubclass(lost.exc_type, KeyboardInterrupt) else hook(lost)
    signal.signal(signal.SIGINT, note)
    try:
        yield check
        check()
    except Exception:
        check()
        raise
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.unraisablehook = hook


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="archcalc verify",
        description="Run a network through kernels that count, and compare what they observe with what is computed.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("spec", metavar="SPEC", help="a spec file, or the name of a network in the zoo (a path wins)")
    add("--exhaustive", action="store_true", help="plain reference loops throughout, no fast kernels")
    add("--layers", metavar="PATTERN", default="*", help="only the layers whose path matches, such as 'conv2*'")
    add("--set", metavar="NAME=VALUE", nargs="+", action="extend", default=[], help="values for vars of the spec")
    add("--batch", metavar="N", type=int, default=1, help="examples in a batch (1)")
    add("--format", choices=FORMATS, default="text", help="format of the table (text)")
    add("--json", action="store_true", help="one JSON object with everything")
    add("-o", "--output", metavar="FILE", help="write to a file")
    return parser


def _bar() -> _Bar | None:
    """A bar on a terminal, if there is one, and tqdm to draw it."""
    make = terminal_bar()
    return None if make is None else _Bar(make)


class _Bar:
    """A bar of progress on the terminal, gone when it is closed."""

    def __init__(self, make: Callable[..., Any]) -> None:
        self._make = make
        self._bar: Any = None

    def show(self, done: int, total: int, path: str) -> None:
        """So many of the layers are done, this one is next."""
        if self._bar is None:
            self._bar = self._make(total=total, leave=False, unit="layer")
        self._bar.set_postfix_str(path, refresh=False)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Leave no trace."""
        if self._bar is not None:
            self._bar.close()
