"""How kernels are compiled: by numba, once, and kept on disk for the next start."""

from __future__ import annotations

from numba import njit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def compiled(function: Callable[..., Any], **options: Any) -> Any:
    """The function, to be compiled when it is first called; in memory alone where no folder can be written.

    Division follows numpy (by zero gives infinity), as a check in a loop would keep it from using vector units.
    """
    try:
        return njit(cache=True, error_model="numpy", nogil=True, **options)(function)
    except RuntimeError:  # numba found no folder for its cache
        return njit(error_model="numpy", nogil=True, **options)(function)
