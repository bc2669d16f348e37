"""What a user is told when something is wrong: the place, what was found, what was expected."""

from __future__ import annotations

from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

MAX_COMPARED = 500  # words among which a like one is looked for; of more, those about as long
MAX_WORD = 100  # characters of a word that a like one is looked for
MAX_SHOWN = 40  # words in a hint
MAX_MISTAKES = 100  # found in one input before the search for more ends


class Place(Record):
    """A position in a text; line and column count from 1.

    >>> print(Place("vgg16.yaml", 12, 5))
    vgg16.yaml:12:5
    """

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class ArchcalcError(Exception):
    """The input is wrong; the message says where, what was found and what was expected.

    >>> print(ArchcalcError("unknown op 'cnv'", Place("a.yaml", 3, 5), "did you mean 'conv'?"))
    a.yaml:3:5: unknown op 'cnv'; did you mean 'conv'?
    """

    def __init__(self, message: str, where: Place | str | None = None, hint: str | None = None):
        super().__init__(message, where, hint)
        self.message = message
        self.where = where
        self.hint = hint

    @property
    def errors(self) -> Sequence[ArchcalcError]:
        """Every single mistake that this error speaks of."""
        return (self,)

    def __str__(self) -> str:
        place = "" if self.where is None else f"{self.where}: "
        hint = "" if self.hint is None else f"; {self.hint}"
        return printable(f"{place}{self.message}{hint}")

    def __reduce__(self) -> Any:
        return _restored, (type(self), self.args, self.__dict__)  # so that other processes can send it


def _restored(kind: type[ArchcalcError], args: tuple[Any, ...], state: dict[str, Any]) -> ArchcalcError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class SeveralErrors(ArchcalcError):
    """All the mistakes of one input, in the order of their places, each named once."""

    def __init__(self, errors: Iterable[ArchcalcError]):
        unique = {str(error): error for error in errors}
        self._errors = tuple(sorted(unique.values(), key=_order))
        super().__init__("\n".join(str(error) for error in self._errors))

    def __str__(self) -> str:
        return self.message

    @property
    def errors(self) -> Sequence[ArchcalcError]:
        return self._errors


def _order(error: ArchcalcError) -> tuple[bool, str, int, int]:
    where = error.where
    return (False, *where) if isinstance(where, Place) else (True, str(where or ""), 0, 0)


class EndOfSearch(Exception):
    """No more mistakes are looked for: those found so far are all that will be reported."""


class Mistakes(list[ArchcalcError]):
    """What is wrong with one input, as it is found; one mistake too many raises EndOfSearch."""

    def append(self, error: ArchcalcError) -> None:
        self.extend(error.errors)

    def extend(self, errors: Iterable[ArchcalcError]) -> None:
        for error in errors:
            if len(self) == MAX_MISTAKES:
                super().append(ArchcalcError(f"there may be more mistakes: the search ended after {MAX_MISTAKES}"))
                raise EndOfSearch
            super().append(error)


def raise_all(errors: Sequence[ArchcalcError]) -> None:
    """Raise what has been collected: nothing, the one error, or all of them at once."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise SeveralErrors(errors)


def printable(text: str) -> str:
    r"""A text of one line that can be shown anywhere: control characters and the like are spelled out.

    >>> print(printable("a\x1b[31m\n"))
    a\x1b[31m\n
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "surrogatepass").decode() for char in text
    )


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like a word, or None if none is near."""
    import difflib

    words = set(known)
    if len(words) > MAX_COMPARED:
        words = {known_word for known_word in words if abs(len(known_word) - len(word)) <= 1}
    same = [known_word for known_word in words if known_word.lower() == word.lower()]
    if same:
        return max(same)
    if len(words) > MAX_COMPARED or len(word) > MAX_WORD:
        return None  # it would take long
    lower = {known_word.lower(): known_word for known_word in sorted(words)}
    near = difflib.get_close_matches(word, sorted(words), n=1, cutoff=0.6)
    if near:
        return near[0]
    near = difflib.get_close_matches(word.lower(), lower, n=1, cutoff=0.6)
    return lower[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The nearest valid word as a hint, or the list of valid words where none is near.

    >>> did_you_mean("stirde", ["kernel", "stride"])
    "did you mean 'stride'?"
    >>> did_you_mean("ReLU", ["elu", "kernel", "relu"])
    "did you mean 'relu'?"
    >>> did_you_mean("xyz", ["kernel", "stride"])
    'expected one of: kernel, stride'
    """
    words = set(known)
    near = nearest(word, words)
    if near is not None:
        return f"did you mean '{near}'?"
    if not words:
        return "none is allowed here"
    return f"expected one of: {', '.join(first_words(words))}" + (", ..." if len(words) > MAX_SHOWN else "")


def first_words(words: Iterable[str]) -> list[str]:
    """The first words of many in alphabetical order: as many as a hint shows."""
    import heapq

    return heapq.nsmallest(MAX_SHOWN, words)
