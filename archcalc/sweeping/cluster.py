"""Sweeps on a Dask cluster: the stretches that threads carry out here, carried out by workers elsewhere.

What goes to the workers is the plan, once, and the ends of each stretch; what comes back is its summary. The variants
themselves are written by the workers, into the folder of parts, which they have in common with this machine. A worker
that dies costs the stretch that it was at: Dask gives it to another one.
"""

from __future__ import annotations

import json
import logging
import pickle
import signal
from contextlib import ExitStack, contextmanager
from threading import Lock

from archcalc.errors import ArchcalcError
from archcalc.record import Record
from archcalc.sweeping.allocation import keep_freed_memory
from archcalc.sweeping.summary import Summary
from archcalc.sweeping.work import Work, carry_out
from archcalc.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from archcalc.sweeping.parts import Parts

    Summaries = Callable[[Work, Parts | None], Iterator[Summary]]

AHEAD = 4  # stretches for each thread of the cluster that are under way, or done and wait for an earlier one
OFTEN = 64  # stretches after which the threads of the cluster are counted anew
WAIT = 30  # seconds for a scheduler to answer, and for its first worker
MAX_WORKS = 4  # sweeps that a worker can go on with at once, before it begins to forget their programs
NOISY = ("distributed", "tornado", "asyncio")  # loggers; what they have to say is said by an error
ALIKE = "the scheduler and all workers need the same archcalc, dask and Python as this machine"
SHARED = "the folder must be in a file system that this machine and all workers share"
SAME_FILES = "a path must lead to the same file on every worker: from the root, in a file system that all share"


class Job(Record):
    """A sweep as the workers get it: its plan and parts pickled, and what the plan means where it comes from."""

    name: str
    identity: str
    packed: bytes


# ---------------------------------------------------------------------------------------------
# On the machine that asks.


@contextmanager
def on_cluster(address: str | None) -> Iterator[Summaries]:
    """What carries out works on the cluster of this scheduler; without one, on processes here that end with it.

    Raises ArchcalcError if Dask is missing, or the scheduler, or every worker.
    """
    try:
        import dask
        import distributed  # noqa: F401
    except ImportError:
        hint = "install it with: pip install 'archcalc[dask]'"
        raise ArchcalcError("the engine dask needs dask, which is not installed", hint=hint) from None

    with ExitStack() as stack:
        stack.enter_context(_silence())
        # Long lists of values make a large plan; it is sent once, which is nothing to be warned of.
        stack.enter_context(dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 PiB"}))
        target = stack.enter_context(_local_cluster()) if address is None else address
        client = stack.enter_context(_connected(target))
        yield lambda work, parts: _summaries(client, work, parts)


def _summaries(client: Any, work: Work, parts: Parts | None) -> Iterator[Summary]:
    """The summary of each stretch, in their order; only some are under way, however many there are."""
    from collections import deque
    from uuid import uuid4

    name = uuid4().hex
    # Held by a worker, and sent from one to another; Dask has what it takes to hold it anew should that one die.
    job = client.submit(Job, name, work.identity(), pickle.dumps((work.plan, parts)), key=f"archcalc-{name}")
    waiting: deque[tuple[int, Any]] = deque()
    ahead = 0
    for number, (start, stop) in enumerate(work.stretches()):
        if number % OFTEN == 0:
            ahead = AHEAD * max(1, _threads(client))
        key = (f"archcalc-stretch-{name}", start)
        waiting.append((start, client.submit(_carried_out, job, start, stop, key=key)))
        if len(waiting) >= ahead:
            yield _summary(work, parts, *waiting.popleft())
    while waiting:  # those that are dropped before, nobody computes: Dask counts who waits for them
        yield _summary(work, parts, *waiting.popleft())


def _threads(client: Any) -> int:
    with _failures(client):
        return sum(client.nthreads().values())


def _summary(work: Work, parts: Parts | None, start: int, future: Any) -> Summary:
    result = Summary(work.plan)
    with _failures(future.client, future):
        result.__dict__.update(future.result())
    if parts is not None and not parts.has(start):
        raise ArchcalcError(f"'{parts.path(start)}' is not here, but a worker has written it", hint=SHARED)
    return result


@contextmanager
def _failures(client: Any, future: Any | None = None) -> Iterator[None]:
    """What goes wrong in the cluster, as an ArchcalcError; what goes wrong in the work of a worker, as it is."""
    from concurrent.futures import CancelledError

    from distributed import KilledWorker

    try:
        yield
    except KilledWorker as error:
        message = f"{error.allowed_failures + 1} workers died, one after the other, at the same stretch"
        raise ArchcalcError(message, hint="have they enough memory? their logs may say why") from None
    except ImportError as error:
        raise ArchcalcError(f"a worker cannot take part: {error}", hint=ALIKE) from None
    except (CancelledError, OSError) as error:
        if future is not None and future.status == "error":
            raise
        message = f"the scheduler {client.scheduler.address} is lost: {_first_line(error)}"
        raise ArchcalcError(message, hint="--resume goes on with a file that was being written") from None
    except RuntimeError as error:  # the scheduler reads what it is sent
        if "deserialization" not in str(error):
            raise
        raise ArchcalcError(f"the scheduler cannot take part: {error.__cause__ or error}", hint=ALIKE) from None


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


@contextmanager
def _connected(target: Any) -> Iterator[Any]:
    """A Client of a cluster, or of the scheduler at an address."""
    import asyncio
    import warnings

    from distributed import Client
    from distributed.versions import VersionMismatchWarning

    if isinstance(target, str):
        asyncio.run(_answers(target))  # a Client that reaches nothing cannot be closed without noise
    with warnings.catch_warnings():
        # Other versions of Python or numpy do no harm, and those of archcalc are compared by each worker.
        warnings.simplefilter("ignore", VersionMismatchWarning)
        client: Any = Client(target, timeout=WAIT, set_as_default=False)
    with client:
        try:
            client.wait_for_workers(1, timeout=WAIT)
        except TimeoutError:
            address = client.scheduler.address
            hint = f"start some with: dask worker {address}"
            raise ArchcalcError(f"the scheduler {address} has no workers", hint=hint) from None
        yield client


async def _answers(address: str) -> None:
    """Raises ArchcalcError unless there is a scheduler at this address."""
    from distributed import rpc
    from distributed.security import Security

    kind = "nobody"
    try:
        async with rpc(address, timeout=WAIT, connection_args=Security().get_connection_args("client")) as there:
            kind = (await there.identity())["type"]
    except ValueError as error:
        hint = "expected one such as tcp://host:8786"
        raise ArchcalcError(f"'{address}' is no address of a scheduler: {error}", hint=hint) from None
    except OSError:
        pass
    if kind != "Scheduler":
        hint = "start one with: dask scheduler"
        raise ArchcalcError(f"there is no scheduler at '{address}': {kind.lower()} answers", hint=hint)


@contextmanager
def _local_cluster() -> Iterator[Any]:
    """A process for each core of this machine."""
    from tempfile import TemporaryDirectory

    import dask

    with (
        TemporaryDirectory(prefix="archcalc-") as folder,
        dask.config.set({"temporary-directory": folder}),  # or Dask would leave one of its own
        ExitStack() as stack,
    ):
        yield _started(stack)


def _started(stack: ExitStack) -> Any:
    from dask.system import CPU_COUNT
    from distributed import LocalCluster

    with _uninterrupted():
        return stack.enter_context(
            LocalCluster(
                n_workers=CPU_COUNT,
                processes=True,
                threads_per_worker=1,
                dashboard_address="127.0.0.1:0",  # there is a server in any case: at no port that another may have
                scheduler_kwargs={"dashboard": False},
                silence_logs=logging.CRITICAL,
            )
        )


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C has to wait; and the threads and processes that begin here never hear of it.

    On a terminal it reaches all processes. Those of a cluster are ended by the one that has them.
    """
    from multiprocessing import resource_tracker

    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # its start, which comes with that of a first process, would let signals through
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _silence() -> Iterator[None]:
    """Nothing but what is critical is logged by Dask and what it is made of."""
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in NOISY]
    levels = {name: logging.getLogger(name).level for name in {*names, *NOISY}}
    for name in levels:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


# ---------------------------------------------------------------------------------------------
# On a worker.

_works: dict[str, tuple[Work, Parts | None]] = {}
_lock = Lock()


def _carried_out(job: Job, start: int, stop: int) -> dict[str, Any]:
    """What a Summary of a stretch holds, but for the plan, which need not travel back."""
    with _lock:
        if job.name not in _works:
            while len(_works) >= MAX_WORKS:
                del _works[next(iter(_works))]
            _works[job.name] = _work(job)
        work, parts = _works[job.name]
    summary = carry_out(work, parts, start, stop)
    return {name: value for name, value in vars(summary).items() if name != "plan"}


def _work(job: Job) -> tuple[Work, Parts | None]:
    """The work of a job; raises ArchcalcError where it would not be the same here as where the job comes from."""
    from distributed import get_worker

    here = f"the worker {get_worker().address}"
    there = json.loads(job.identity)
    if there["archcalc"] != __version__:  # before a plan is read that means something else here
        message = f"{here} has archcalc {__version__}, expected {there['archcalc']}"
        raise ArchcalcError(message, hint=ALIKE)
    plan, parts = pickle.loads(job.packed)  # noqa: S301 - of the client, from whom a worker takes any function
    try:
        found = {**plan.identity(), "stretch": there["stretch"]}  # the client says where each ends
    except ArchcalcError as error:
        raise ArchcalcError(f"{here} cannot read what it needs: {error}", hint=SAME_FILES) from None
    if found != there:
        others = ", ".join(name for name in there if found.get(name) != there[name])
        raise ArchcalcError(f"{here} has other contents of: {others}", hint=SAME_FILES)
    if parts is not None and parts.identity() != job.identity:
        raise ArchcalcError(f"{here} does not see the folder '{parts.folder}'", hint=SHARED)
    keep_freed_memory()
    return Work(plan), parts
