"""How kernels are compiled: by numba, once, and kept on disk for the next start.

numba takes a compiled kernel from disk as long as the kernel's own file has not changed, even if a file that it uses
has. So kernels are kept in a folder that is named after the contents of all files of this package: whatever changes
there, everything is compiled anew.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager

from numba import config, njit
from numba.core import event

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any


def _cache_folder() -> str:
    """Where compiled kernels are kept."""
    digest = hashlib.sha256()
    package = os.path.dirname(os.path.abspath(__file__))
    for name in sorted(os.listdir(package)):
        if name.endswith(".py"):
            with open(os.path.join(package, name), "rb") as file:
                digest.update(name.encode() + b"\0" + file.read() + b"\0")
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(home, "archcalc", f"kernels-{digest.hexdigest()[:16]}")


if not config.CACHE_DIR:  # type: ignore[attr-defined]  # NUMBA_CACHE_DIR, if it is set, is the user's choice
    config.CACHE_DIR = _cache_folder()  # type: ignore[attr-defined]


def compiled(function: Callable[..., Any], **options: Any) -> Any:
    """The function, to be compiled when it is first called; in memory alone where no folder can be written.

    Division follows numpy (by zero gives infinity), as a check in a loop would keep it from using vector units.
    """
    try:
        return njit(cache=True, error_model="numpy", nogil=True, **options)(function)
    except RuntimeError:  # numba found no folder for its cache
        return njit(error_model="numpy", nogil=True, **options)(function)


@contextmanager
def loading_seconds() -> Iterator[list[float]]:
    """How long kernels are compiled, or read from disk, in this block: a list of one number, filled at its end.

    Both happen under numba's compiler lock, which tells when it is taken.

    >>> with loading_seconds() as seconds:
    ...     pass
    >>> seconds
    [0.0]
    """
    seconds: list[float] = []
    with event.install_timer("numba:compiler_lock", seconds.append):
        yield seconds
    seconds[:] = seconds or [0.0]
