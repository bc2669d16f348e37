"""Files that are whole or not there."""

from __future__ import annotations

import os
from contextlib import suppress

from archcalc.errors import ArchcalcError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from os import PathLike


def write_whole(file: str | PathLike[str], content: bytes) -> None:
    """Write a file so that nothing half-written has its name; raises ArchcalcError, and then nothing is changed.

    What is no ordinary file, such as a pipe, is written to as it is.
    """
    try:
        target = os.path.realpath(file)
        if os.path.exists(target) and not os.path.isfile(target):
            with open(target, "wb") as output:
                output.write(content)
            return
        if os.path.exists(target) and not os.access(target, os.W_OK):
            raise PermissionError(13, "Permission denied")
        _replace(target, content)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ArchcalcError(f"cannot write '{os.fspath(file)}': {reason}") from None


def _replace(target: str, content: bytes) -> None:
    new = f"{target}.{os.getpid()}.new"  # no name that somebody else may use
    try:
        with open(new, "wb") as output:
            output.write(content)
        os.replace(new, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(new)
        raise
