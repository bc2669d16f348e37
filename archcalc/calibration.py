"""This machine measured, as a device file: how fast it computes, how fast its memory is, what a call costs."""

from __future__ import annotations

from archcalc.algebra.plain import describe
from archcalc.analysis.quantities import written_quantity
from archcalc.devices import read_device
from archcalc.errors import ArchcalcError
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from archcalc.analysis.device import Device

DTYPES = ("float64", "float32")
REPEATS = 15  # the fastest of so many, after one that warms up: other work only ever takes away
SECONDS = 0.05  # of a repeat, about
CALLS = 1000  # of a kernel with next to nothing to do
ARRAY_BYTES = 2**27  # each of three: together more than caches hold
EMPTY_ROUNDS = 1
STEADY = 1.1  # median run to fastest
BANDWIDTH, OVERHEAD = "bandwidth", "overhead"


def calibrate(threads: int | None = None, check: Callable[[], None] = lambda: None) -> Device:
    """This machine as a device, measured by kernels that numba compiles: takes some seconds.

    `threads` says on how many threads, all if it is not given; `check` is called now and then and may raise. Raises
    ArchcalcError if numba is not installed, if there are not so many threads, or if memory does not suffice.
    """
    return read_device(calibration_text(threads, check), "calibration")


def calibration_text(threads: int | None = None, check: Callable[[], None] = lambda: None) -> str:
    """The device file of this machine, as `archcalc calibrate` writes it; raises as `calibrate` does."""
    _require_numba()
    import numba

    most = numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]
    if threads is not None and (type(threads) is not int or not 1 <= threads <= most):
        found = describe(threads)
        raise ArchcalcError(f"the number of threads is {found}, expected a whole number from 1 to {most}")
    _require_memory()
    before = numba.get_num_threads()
    numba.set_num_threads(threads or before)
    try:
        used = numba.get_num_threads()
        rates = {dtype: _arithmetic(dtype, used, check) for dtype in DTYPES}
        return _written(used, {**rates, BANDWIDTH: _memory(check), OVERHEAD: _call(used, check)})
    finally:
        numba.set_num_threads(before)


def _require_numba() -> None:
    try:
        import numba  # noqa: F401
        import psutil  # noqa: F401
    except ImportError as error:
        hint = "install it with: pip install 'archcalc[verify]'"
        raise ArchcalcError(f"measuring this machine needs {error.name}, which is not installed", hint=hint) from None


def _require_memory() -> None:
    import psutil

    needed, available = 3 * ARRAY_BYTES, psutil.virtual_memory().available
    if needed > available:
        message = f"measuring the memory takes {needed:,} B of it, {available:,} B are available"
        raise ArchcalcError(message)


class Measured(Record):
    """The fastest of some runs in seconds, and how many times as long the median took."""

    seconds: Fraction
    spread: float


def _measured(action: Callable[[], object], check: Callable[[], None]) -> Measured:
    """Some runs, after one that warms up."""
    from fractions import Fraction
    from statistics import median

    action()
    seconds = []
    for _ in range(REPEATS):
        seconds.append(_once(action))
        check()
    return Measured(Fraction(min(seconds)), median(seconds) / min(seconds))


def _once(action: Callable[[], object]) -> float:
    import time

    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def _arithmetic(dtype: str, threads: int, check: Callable[[], None]) -> tuple[Fraction, float]:
    """Multiplications and additions a second, in registers, on all threads together; and the spread."""
    from functools import partial

    from archcalc.kernels.rates import CHAINS, FLOP_A_STEP, multiply_add

    rounds = 1000
    multiply_add(rounds, threads, dtype)  # compiles
    while (spent := _once(partial(multiply_add, rounds, threads, dtype))) < SECONDS:
        rounds *= 2 if spent > SECONDS / 4 else 4
        check()
    found = _measured(partial(multiply_add, rounds, threads, dtype), check)
    return rounds * threads * CHAINS * FLOP_A_STEP / found.seconds, found.spread


def _memory(check: Callable[[], None]) -> tuple[Fraction, float]:
    """Bytes a second that the triad reads and writes, as STREAM counts them; and the spread."""
    import numpy as np

    from archcalc.kernels.rates import TRIAD_READS, TRIAD_WRITES, triad

    a, b, c = (np.full(ARRAY_BYTES // 4, value, np.float32) for value in (0, 1, 2))
    scale = np.float32(3)
    found = _measured(lambda: triad(a, b, c, scale), check)
    if a[0] != 7 or a[-1] != 7:
        raise ArchcalcError("the triad computed something else than 1 + 3 * 2: this machine cannot be measured")
    return (TRIAD_READS + TRIAD_WRITES) * ARRAY_BYTES / found.seconds, found.spread


def _call(threads: int, check: Callable[[], None]) -> tuple[Fraction, float]:
    """Seconds that a call of a kernel takes that has next to nothing to do, but starts all threads; and the spread."""
    from archcalc.kernels.rates import multiply_add

    def calls() -> None:
        for _ in range(CALLS):
            multiply_add(EMPTY_ROUNDS, threads, DTYPES[-1])

    found = _measured(calls, check)
    return found.seconds / CALLS, found.spread


def _written(threads: int, rates: dict[str, tuple[Fraction, float]]) -> str:
    """The text of the file; a spread that is large is told to the reader."""
    import json
    from datetime import date

    today = date.today().isoformat()
    on = f"{threads} thread{'s' if threads > 1 else ''}"
    lines = [
        f"name: {json.dumps(f'{cpu_name()}, {on}', ensure_ascii=False)}",
        f"source: measured by archcalc calibrate on {today}, fastest of {REPEATS} runs",
        "peak:  # fused multiply-adds in registers, 2 FLOP each",
        *(f"  {dtype}: {written_quantity(rates[dtype][0], 'FLOP/s')}" for dtype in DTYPES),
        f"bandwidth: {written_quantity(rates[BANDWIDTH][0], 'B/s')}  # triad of 3 arrays of {ARRAY_BYTES // 2**20} MiB",
        f"overhead: {written_quantity(rates[OVERHEAD][0], 's')}  # a call of a kernel that starts {on}",
    ]
    unsteady = [f"{what} {spread:.1f}" for what, (_, spread) in rates.items() if spread > STEADY]
    if unsteady:
        slower = ", ".join(unsteady)
        lines += [
            "notes:",
            "  - The machine was busy while it was measured, so that idle it may be faster. The median run took so "
            f"many times as long as the fastest, {slower}.",
        ]
    return "\n".join(lines)


def cpu_name() -> str:
    """What the processor of this machine calls itself, or at least its kind."""
    import platform

    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            for line in file:
                key, _, value = line.partition(":")
                if key.strip() == "model name" and value.strip().isprintable():
                    return value.strip()
    except OSError:
        pass
    return platform.processor() or platform.machine() or "this machine"
