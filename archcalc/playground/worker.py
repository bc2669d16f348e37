"""The process that computes: one text at a time, ended when it takes too long or too much."""

from __future__ import annotations

import multiprocessing
import threading

from archcalc.errors import ArchcalcError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

SECONDS = 5  # for one text
PATIENCE = 3  # times SECONDS that one text waits for others
STARTING = 60  # seconds for a child to import what it needs
MEMORY = 2**30  # bytes of addresses of a child; imports take a tenth of it
MAX_ANSWER = 32 * 2**20  # bytes
WARM_UP = "input: [3, 8, 8]\nlayers: [{conv: [4, 3]}, relu, flatten, {linear: 2}]"


class Worker:
    """A child that answers texts; in place of one that had to be ended, the next one starts at once."""

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY):
        self._seconds = seconds
        self._memory = memory
        self._turn = threading.Lock()
        self._is_closed = False
        self._is_ready = False
        self._start()

    def ask(self, text: str) -> bytes:
        """The answer of `archcalc.playground.answer`; raises ArchcalcError if there is none within the bounds."""
        if not self._turn.acquire(timeout=PATIENCE * self._seconds):
            raise ArchcalcError("other texts are being computed", hint="try again")
        try:
            return self._answer(text)
        except (EOFError, OSError):
            self._restart()
            if self._is_closed:
                raise ArchcalcError("the playground has ended") from None
            raise ArchcalcError(f"this takes more memory than the {self._memory // 2**20:,} MiB it may") from None
        finally:
            self._turn.release()

    def _answer(self, text: str) -> bytes:
        if not self._is_ready and not self._connection.poll(STARTING):
            self._restart()
            raise ArchcalcError("the process that computes does not start", hint="try again")
        if not self._is_ready:
            self._connection.recv_bytes()
            self._is_ready = True
        self._connection.send_bytes(text.encode())
        if not self._connection.poll(self._seconds):
            self._restart()
            raise ArchcalcError(f"this takes longer than the {self._seconds:g} s it may")
        found = self._connection.recv_bytes()
        if len(found) > MAX_ANSWER:
            raise ArchcalcError(f"the page of this network is larger than {MAX_ANSWER // 2**20} MiB")
        return found

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, other = context.Pipe()
        self._process: SpawnProcess = context.Process(
            target=serve, args=(other, self._seconds, self._memory), daemon=True, name="archcalc playground"
        )
        self._process.start()
        other.close()
        self._is_ready = False

    def _restart(self) -> None:
        self._end()
        if not self._is_closed:
            self._start()

    def _end(self) -> None:
        self._process.kill()
        self._process.join()
        self._connection.close()

    def close(self) -> None:
        """End the child, whatever it does."""
        self._is_closed = True
        self._process.kill()  # whoever waits for it is told
        with self._turn:
            self._end()


def serve(connection: Connection, seconds: float, memory: int) -> None:
    """What a child does: answer, until nobody asks any more."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says when to end
    from archcalc.playground.answer import answer

    answer(WARM_UP)
    _limit(memory)
    try:
        connection.send_bytes(b"ready")
        while True:
            text = connection.recv_bytes().decode()
            if hasattr(signal, "alarm"):  # should the parent be gone
                signal.alarm(round(seconds) + 2)
            connection.send_bytes(answer(text))
            if hasattr(signal, "alarm"):
                signal.alarm(0)
    except (EOFError, OSError, MemoryError):
        return


def _limit(memory: int) -> None:
    """Let no more than so many bytes of addresses be taken, on systems that can see to it."""
    try:
        import resource
    except ImportError:  # Windows
        return
    try:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (OSError, ValueError):
        return
