"""The largest batch that an amount of memory holds."""

from __future__ import annotations

from archcalc.checking.printed import Printed, read_printed
from archcalc.errors import ArchcalcError
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.footprint.account import Account

SIZES = ("bytes", "kB", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB")
MAX_BYTES = 2**80


class Fit(Record):
    """The largest batch that a limit holds, 0 if none; what it needs, and what one example more needs."""

    limit: str
    limit_bytes: int
    batch: int
    needed_bytes: int | None
    next_bytes: int

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        more = f"{self.batch + 1:,} would need {self.next_bytes:,} B"
        if not self.batch:
            return f"nothing fits in {self.limit} ({self.limit_bytes:,} B): a batch of {more}"
        holds = f"the largest batch that fits in {self.limit} ({self.limit_bytes:,} B) is {self.batch:,}"
        return f"{holds}: it needs {self.needed_bytes:,} B, {more}"


def limit_bytes(size: str | int) -> int:
    """An amount of memory in bytes, from a number of them or such as 24GiB; raises ArchcalcError.

    >>> limit_bytes("24GiB"), limit_bytes("1.5 GB")
    (25769803776, 1500000000)
    """
    wrong = f"the memory to fit in is '{size}', expected more than 0, such as 24GiB or 80GB"
    if isinstance(size, bool) or not isinstance(size, (str, int)):
        raise ArchcalcError(wrong)
    known = f"units are {', '.join(SIZES)}"
    try:
        printed = read_printed(size) if isinstance(size, str) else Printed(size, 0, "bytes")
    except ArchcalcError:  # of a unit that means nothing anywhere
        raise ArchcalcError(wrong, hint=known) from None
    if not isinstance(printed, Printed) or (printed.unit not in SIZES and printed.digits):
        raise ArchcalcError(wrong, hint=known)
    count = int(printed.value)
    if count < 1 or count > MAX_BYTES:
        raise ArchcalcError(wrong if count < 1 else f"the memory to fit in is '{size}', expected at most 2**80 bytes")
    return count


def fit(account: Account, limit: str, size_bytes: int) -> Fit:
    """The largest batch, by doubling until it is too much and halving what is between: more never needs less."""
    batch, too_much = 0, 1
    while account.needed(too_much) <= size_bytes:
        batch, too_much = too_much, 2 * too_much
    while too_much - batch > 1:
        middle = (batch + too_much) // 2
        if account.needed(middle) <= size_bytes:
            batch = middle
        else:
            too_much = middle
    needed = account.needed(batch) if batch else None
    return Fit(limit, size_bytes, batch, needed, account.needed(batch + 1))
