"""How kernels are compiled: by numba, once, and kept on disk for the next start."""

from __future__ import annotations

from contextlib import contextmanager

from numba import njit
from numba.core import event

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any


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
