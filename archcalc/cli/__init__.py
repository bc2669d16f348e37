"""The command line: one file a command; what comes first says which. Anything else is a spec to report on."""

from __future__ import annotations

import gc
import io
import os
import sys
from contextlib import suppress
from importlib import import_module

from archcalc.errors import ArchcalcError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, NoReturn

# Command -> the module of `archcalc.cli` that has its `run(arguments) -> exit status`.
COMMANDS = {
    "calibrate": "calibrate",
    "check": "check",
    "columns": "columns",
    "compare": "compare",
    "devices": "devices",
    "diff": "diff",
    "explain": "explain",
    "formulas": "formulas",
    "memory": "memory",
    "ops": "ops",
    "page": "page",
    "plot": "plot",
    "savings": "savings",
    "scale": "scale",
    "schema": "schema",
    "serve": "serve",
    "solve": "solve",
    "sweep": "sweep",
    "time": "time",
    "verify": "verify",
    "zoo": "zoo",
}
DEFAULT = "report"

DONE, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 a check failed, 2 the input was wrong."""
    try:
        given = list(sys.argv[1:] if arguments is None else arguments)
        command = COMMANDS.get(given[0]) if given else None
        module = import_module(f"archcalc.cli.{command or DEFAULT}")
        if isinstance(sys.stdout, io.TextIOWrapper):
            # A name that the terminal cannot show is no reason to fail.
            sys.stdout.reconfigure(errors="backslashreplace")
        status: int = module.run(given[1:] if command else given)
        if sys.stdout is not None:
            sys.stdout.flush()
    except ArchcalcError as error:
        complain(str(error))
        return WRONG_INPUT
    except BrokenPipeError:
        # Whoever read our output has seen enough; let the interpreter's last flush go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        complain(f"cannot write the output: {error.strerror}")
        return WRONG_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def entry() -> NoReturn:
    """The command as a process of its own: what the `archcalc` script runs.

    Two things that only a process may do, and that save a fifth of its time: the garbage collector waits for
    more garbage than a short command makes, and at the end the memory goes back to the system in one piece.
    """
    gc.set_threshold(100_000)
    status = INTERRUPTED
    try:
        status = main()
    except KeyboardInterrupt:
        pass
    except SystemExit as end:  # of argparse, which has said what there was to say
        status = end.code if isinstance(end.code, int) else WRONG_INPUT
    with suppress(OSError, AttributeError):  # either may be closed
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


def form_of(is_json: bool, form: str | None) -> str | None:
    """The format that --json and --format ask for, None if neither does; raises ArchcalcError if they contradict."""
    if is_json and form not in (None, "json"):
        raise ArchcalcError(f"--json and --format {form} contradict each other")
    return "json" if is_json else form


def terminal_bar() -> Callable[..., Any] | None:
    """What draws a bar of progress (tqdm), if there is a terminal and it is installed."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    try:
        from tqdm import tqdm
    except ImportError:
        return None
    return tqdm


def complain(message: str) -> None:
    """Say what is wrong on stderr, if there is one."""
    if sys.stderr is not None:
        sys.stderr.write(f"{message}\n")


def write(text: str, file: str | None = None) -> None:
    """Print a text, or write it to a file; raises ArchcalcError if the file cannot be written."""
    if file is None:
        if sys.stdout is None:
            raise ArchcalcError("the standard output is closed", hint="write to a file with -o FILE")
        sys.stdout.write(text + "\n")
        return
    from archcalc.writing import write_whole

    write_whole(file, (text + "\n").encode())
