"""The expressions of the spec language: a small grammar, read by recursive descent, never `eval`.

An expression becomes a tree of small functions of an environment (name -> value). Values are any number
that `archcalc.algebra` knows, true and false, text, and lists. Length, depth and size are bounded.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from archcalc.errors import ArchcalcError, did_you_mean, first_words, nearest
from archcalc.ops import WORDS
from archcalc.record import Record
from archcalc.spec import operators

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from typing import Any, TypeAlias

    Run: TypeAlias = Callable[[Mapping[str, Any]], Any]

MAX_LENGTH = 1000
MAX_DEPTH = 30
MAX_OPERATORS = 100
TRUTHS = {"true": True, "True": True, "false": False, "False": False}
KEYWORDS = ("if", "else", "and", "or", "not", *TRUTHS, "null")
IN_CHANNELS, IN_SIZE, INDEX = "in_channels", "in_size", "i"

# What a value may begin with, as patterns that are the same in Python and in JavaScript.
SIZE = r"\d+(?:x\d+)+\b"
NUMBER = r"(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])|\d+[eE][+-]?\d+(?![\w.])|\d+(?![\w.])"
NAME = r"[A-Za-z_]\w*"
TEXT = r"'[^']*'"

_TOKEN = rf"""\s*(?:(?P<size>{SIZE})
    |(?P<number>{NUMBER})
    |(?P<name>{NAME})
    |(?P<text>{TEXT})
    |(?P<sign>\*\*|//|<=|>=|==|!=|[-+*/%<>()\[\],])
    |(?P<end>$))"""


@cache
def _token() -> re.Pattern[str]:
    # Compiled when a spec has an expression that is more than a number: it takes longer than many a spec.
    return re.compile(_TOKEN, re.VERBOSE | re.ASCII)


class ExpressionError(ArchcalcError):
    """A mistake in an expression, with its offset in the text."""

    def __init__(self, message: str, offset: int, hint: str | None = None):
        super().__init__(message, None, hint)
        self.offset = offset


class Unknown(Exception):
    """A value is needed that an earlier, already reported mistake leaves unknown."""


UNKNOWN = object()  # stands in an environment for such a value


class Expression(Record):
    """A parsed expression: `run` it with an environment; `names` are those it reads, with offsets."""

    text: str
    run: Run
    names: tuple[tuple[str, int], ...]

    @property
    def is_constant(self) -> bool:
        """Whether it reads no names, so that its value is always the same."""
        return not self.names


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """An expression from its text; raises ExpressionError.

    >>> parse("2*filters if i == 0 else filters").run({"filters": 64, "i": 0})
    128
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"an expression of {len(text)} characters, expected at most {MAX_LENGTH}", 0)
    if text.isascii() and text.isdigit():
        number = int(text)
        return Expression(text, lambda _: number, ())
    if text.isascii() and text.isidentifier() and text not in KEYWORDS:
        return Expression(text, *_word(text, 0))
    parser = _Parser(text)
    run = parser.conditional()
    parser.expect("")
    return Expression(text, run, tuple(parser.names))


class _Parser:
    def __init__(self, text: str):
        self.text = text
        self.names: list[tuple[str, int]] = []
        self.depth = 0
        self.operators = 0
        self.position = 0
        self.advance()

    def advance(self) -> None:
        match = _token().match(self.text, self.position)
        if match is None:
            rest = self.text[self.position :].lstrip()
            offset = len(self.text) - len(rest)
            hint = "equality is written ==" if rest.startswith("=") else None
            raise ExpressionError(f"cannot read '{rest}' in an expression", offset, hint)
        self.kind: str = match.lastgroup or ""
        self.token: str = match.group(self.kind)
        self.offset = match.start(self.kind)
        self.position = match.end()

    def take(self, *tokens: str) -> str | None:
        """The current token if it is one of these, having moved on; else None."""
        if self.kind in ("sign", "name") and self.token in tokens:
            token = self.token
            self.advance()
            return token
        return None

    def expect(self, token: str) -> None:
        found = f"'{self.token}'" if self.token else "the end"
        if token == "":
            if self.kind != "end":
                raise ExpressionError(f"found {found} after '{self.text[: self.offset].strip()}'", self.offset)
        elif self.take(token) is None:
            raise ExpressionError(f"found {found}, expected '{token}'", self.offset)

    def conditional(self) -> Run:
        return self.deeper(self.choice)

    def choice(self) -> Run:
        value = self.either()
        offset = self.offset
        if self.take("if"):
            condition = self.either()
            self.expect("else")
            value = self.located(operators.conditional(condition, value, self.conditional()), offset)
        return value

    def located(self, run: Run, offset: int) -> Run:
        """One operation more, whose mistakes are reported at its offset."""
        self.operators += 1
        if self.operators > MAX_OPERATORS:
            raise ExpressionError(f"an expression of more than {MAX_OPERATORS} operators", offset)
        return located(run, offset)

    def either(self) -> Run:
        value = self.both()
        while True:
            offset = self.offset
            if not self.take("or"):
                return value
            value = self.located(operators.either(value, self.both()), offset)

    def both(self) -> Run:
        value = self.negation()
        while True:
            offset = self.offset
            if not self.take("and"):
                return value
            value = self.located(operators.both(value, self.negation()), offset)

    def negation(self) -> Run:
        offset = self.offset
        if self.take("not"):
            return self.located(operators.negation(self.deeper(self.negation)), offset)
        return self.comparison()

    def comparison(self) -> Run:
        value = self.sum()
        offset = self.offset
        sign = self.take("<", "<=", ">", ">=", "==", "!=")
        if sign is None:
            return value
        value = self.binary(sign, value, self.sum(), offset)
        if self.kind == "sign" and self.token in ("<", "<=", ">", ">=", "==", "!="):
            raise ExpressionError("comparisons do not chain", self.offset, "join two of them with 'and'")
        return value

    def sum(self) -> Run:
        value = self.product()
        while True:
            offset = self.offset
            sign = self.take("+", "-")
            if sign is None:
                return value
            value = self.binary(sign, value, self.product(), offset)

    def product(self) -> Run:
        value = self.unary()
        while True:
            offset = self.offset
            sign = self.take("*", "/", "//", "%")
            if sign is None:
                return value
            value = self.binary(sign, value, self.unary(), offset)

    def unary(self) -> Run:
        offset = self.offset
        if self.take("-"):
            return self.binary("-", lambda _: 0, self.deeper(self.unary), offset)
        if self.take("+"):
            return self.deeper(self.unary)
        return self.power()

    def power(self) -> Run:
        value = self.postfix()
        offset = self.offset
        if self.take("**"):
            return self.binary("**", value, self.deeper(self.unary), offset)
        return value

    def postfix(self) -> Run:
        value = self.atom()
        while True:
            offset = self.offset
            if not self.take("["):
                return value
            index = self.conditional()
            self.expect("]")
            value = self.located(operators.item(value, index), offset)

    def deeper(self, rule: Callable[[], Run]) -> Run:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(f"an expression nested deeper than {MAX_DEPTH} levels", self.offset)
        value = rule()
        self.depth -= 1
        return value

    def atom(self) -> Run:
        kind, token, offset = self.kind, self.token, self.offset
        if self.take("("):
            value = self.conditional()
            self.expect(")")
            return value
        if kind == "number":
            self.advance()
            number = float(token) if any(c in token for c in ".eE") else int(token)
            if number == float("inf"):
                raise ExpressionError(f"the number {token} is too large", offset)
            return lambda _: number
        if kind in ("size", "text"):
            self.advance()
            text = token.strip("'")
            return lambda _: text
        if kind == "name" and token not in ("if", "else", "and", "or", "not"):
            self.advance()
            return self.name(token, offset)
        found = f"'{token}'" if token else "the end"
        raise ExpressionError(f"found {found}, expected a value", offset)

    def name(self, name: str, offset: int) -> Run:
        if name not in TRUTHS and self.kind == "sign" and self.token == "(":
            return self.call(name, offset)
        run, names = _word(name, offset)
        self.names += names
        return run

    def call(self, name: str, offset: int) -> Run:
        if name not in operators.FUNCTIONS:
            hint = did_you_mean(name, operators.FUNCTIONS)
            raise ExpressionError(f"unknown function '{name}'", offset, hint)
        self.expect("(")
        arguments: list[Run] = []
        while not self.take(")"):
            if arguments:
                self.expect(",")
            arguments.append(self.conditional())
        try:
            run = operators.call(name, arguments)
        except ArchcalcError as error:
            raise ExpressionError(error.message, offset) from None
        return self.located(run, offset)

    def binary(self, sign: str, a: Run, b: Run, offset: int) -> Run:
        return self.located(operators.binary(sign, a, b), offset)


def _word(name: str, offset: int) -> tuple[Run, tuple[tuple[str, int], ...]]:
    """A word that is not a function: true or false, a word that stands for itself, or a name to look up."""
    if name in TRUTHS:
        return lambda _: TRUTHS[name], ()
    if name in WORDS:
        return lambda _: name, ()

    def read(env: Mapping[str, Any]) -> Any:
        try:
            value = env[name]
        except KeyError:
            raise ExpressionError(*unknown_name(name, env, offset)) from None
        if value is UNKNOWN:
            raise Unknown
        return value

    return read, ((name, offset),)


def located(run: Run, offset: int) -> Run:
    """The same, but a mistake in it is reported at an offset of the text."""

    def inner(env: Mapping[str, Any]) -> Any:
        try:
            return run(env)
        except ArchcalcError as error:
            if isinstance(error, ExpressionError) or error.where is not None:
                raise
            raise ExpressionError(error.message, offset, error.hint) from None

    return inner


def unknown_name(name: str, known: Collection[str], offset: int) -> tuple[str, int, str]:
    """Message, offset and hint for a name that is not known."""
    if name == INDEX:
        return "the counter 'i' is known only inside a 'repeat'", offset, "repeat the layer or block that uses it"
    if name in (IN_CHANNELS, IN_SIZE):
        hint = "use it in the arguments or modifiers of a layer, or inside a block"
        return f"'{name}' is known only where the input of a layer arrives", offset, hint
    near = nearest(name, {*known, *WORDS, *operators.FUNCTIONS, "true", "false"})
    hint = f"did you mean '{near}'?" if near else "text needs quotes inside those of YAML"
    if known and not near:
        hint = f"known here: {', '.join(first_words(known))}"
    return f"unknown name '{name}'", offset, hint


def reserved() -> tuple[str, ...]:
    """The names that have a meaning of their own and cannot be given to a var or an argument."""
    return (*KEYWORDS, *WORDS, *operators.FUNCTIONS, IN_CHANNELS, IN_SIZE, INDEX)
