"""Expressions: what they are worth, and which mistake is reported at which offset of the text."""

import pytest

import archcalc
from archcalc.spec.expressions import MAX_DEPTH, MAX_OPERATORS, ExpressionError, parse

ENV = {"n": 6, "x": 2.5, "w": [16, 32, 64], "nested": [[1, 2], [3]], "yes": True, "word": "same"}

# Text and value; all counted by hand, with the precedence of Python.
VALUES = [
    # numbers
    ("0", 0),
    ("007", 7),
    ("  42 ", 42),
    ("3.5", 3.5),
    (".5", 0.5),
    ("2.", 2.0),
    ("1e3", 1000.0),
    ("1.5E-1", 0.15),
    ("123456789012345678901234567890", 123456789012345678901234567890),
    # text and truth
    ("3x3", "3x3"),
    ("1x1x7", "1x1x7"),
    ("'a b'", "a b"),
    ("''", ""),
    ("half", "half"),
    ("valid", "valid"),
    ("same == word", True),
    ("true", True),
    ("False", False),
    # names and lists
    ("n", 6),
    ("w", [16, 32, 64]),
    ("w[0]", 16),
    ("w[n // 3]", 64),
    ("w[2.0]", 64),
    ("nested[0][1]", 2),
    ("len(w)", 3),
    ("len(nested[1])", 1),
    # arithmetic
    ("1 + 2 * 3", 7),
    ("(1 + 2) * 3", 9),
    ("10 - 4 - 3", 3),
    ("2 * 3 + 4 * 5", 26),
    ("24 / 4 / 2", 3),
    ("7 / 2", 3.5),
    ("6 / 3", 2),
    ("7 // 2", 3),
    ("-7 // 2", -4),
    ("7 % 3", 1),
    ("-7 % 3", 2),
    ("7 - 2 % 4", 5),
    ("8 // 3 * 3", 6),
    ("8 * 3 // 5", 4),
    ("1 - -1", 2),
    ("- - 3", 3),
    ("-+-+4", 4),
    ("+n", 6),
    ("2 * -n", -12),
    ("0.25 * n", 1.5),
    ("x * 2", 5.0),
    # powers bind tighter than the sign before them, and to the right
    ("2 ** 3", 8),
    ("2 ** 3 ** 2", 512),
    ("(2 ** 3) ** 2", 64),
    ("-2 ** 2", -4),
    ("(-2) ** 2", 4),
    ("2 ** -1", 0.5),
    ("4 ** 0.5", 2.0),
    ("2 * 3 ** 2", 18),
    ("2 ** 10 % 1000", 24),
    ("1 ** 10**50", 1),
    ("(-1) ** 3", -1),
    ("0 ** 0", 1),
    # comparisons
    ("1 < 2", True),
    ("2 <= 2", True),
    ("2 > 2", False),
    ("3 >= 4", False),
    ("1 == 1.0", True),
    ("1 != 2", True),
    ("1 + 1 == 2", True),
    ("n % 2 == 0", True),
    ("w == w", True),
    ("word != half", True),
    ("3x3 == '3x3'", True),
    ("3x3 == 3", False),
    ("true == 'true'", False),
    # and, or, not: not binds tightest, then and, then or
    ("true or false and false", True),
    ("(true or false) and false", False),
    ("not false and false", False),
    ("not (false and false)", True),
    ("not not true", True),
    ("not 1 == 2", True),
    ("1 < 2 and 2 < 3", True),
    ("yes and n > 5", True),
    ("true or 1 / 0 > 1", True),
    ("false and 1 / 0 > 1", False),
    # conditionals
    ("1 if true else 2", 1),
    ("1 if false else 2", 2),
    ("1 if false else 2 if false else 3", 3),
    ("1 if true else 2 if true else 3", 1),
    ("(1 if false else 2) + 10", 12),
    ("1 if false else 2 + 10", 12),
    ("1 if n > 5 and n < 7 else 2", 1),
    ("8 if true else 1 / 0", 8),
    ("1 / 0 if n == 0 else 9", 9),
    # functions
    ("min(3, 1, 2)", 1),
    ("max(3, 1, 2)", 3),
    ("min(w)", 16),
    ("max(w)", 64),
    ("max(5)", 5),
    ("sum(w)", 112),
    ("sum(1, 2, 3.5)", 6.5),
    ("sum(nested[1])", 3),
    ("ceil(2.1)", 3),
    ("ceil(-2.1)", -2),
    ("ceil(7 / 2)", 4),
    ("floor(2.9)", 2),
    ("floor(-2.1)", -3),
    ("int(2.9)", 2),
    ("int(-2.9)", -2),
    ("round(2.4)", 2),
    ("round(2.5)", 2),
    ("round(3.5)", 4),
    ("sqrt(9)", 3),
    ("sqrt(2.25)", 1.5),
    ("sqrt(10**40)", 10**20),
    ("log2(8)", 3),
    ("log2(2**600)", 600),
    ("log2(0.5)", -1.0),
    # make_divisible: nearest multiple of 8, at least 8; one more where that would lose over a tenth
    ("make_divisible(24)", 24),
    ("make_divisible(25.6)", 24),
    ("make_divisible(28)", 32),
    ("make_divisible(3)", 8),
    ("make_divisible(11)", 16),
    ("make_divisible(0.35*32)", 16),
    ("make_divisible(30, 4)", 32),
    ("min(len(w), 2) * max(1, n - 5)", 2),
    ("len(w)**2", 9),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_value(text, value):
    found = parse(text).run(ENV)
    assert found == value
    assert type(found) is type(value)


# Text, offset, words of the message.
MISTAKES = [
    # what cannot be read
    ("", 0, "found the end, expected a value"),
    ("   ", 3, "found the end, expected a value"),
    ("1 +", 3, "found the end, expected a value"),
    ("* 2", 0, "found '*', expected a value"),
    ("(1", 2, "found the end, expected ')'"),
    ("1)", 1, "found ')' after '1'"),
    ("1 2", 2, "found '2' after '1'"),
    ("n n", 2, "found 'n' after 'n'"),
    ("w[1", 3, "found the end, expected ']'"),
    ("w[]", 2, "found ']', expected a value"),
    ("max(1,, 2)", 6, "found ',', expected a value"),
    ("max(1 2)", 6, "found '2', expected ','"),
    ("max(1, 2", 8, "found the end, expected ','"),
    ("1 if true", 9, "found the end, expected 'else'"),
    ("if true else 2", 0, "found 'if', expected a value"),
    ("1 and", 5, "found the end, expected a value"),
    ("not", 3, "found the end, expected a value"),
    ("1 < 2 < 3", 6, "comparisons do not chain"),
    ("1 == 2 != 3", 7, "comparisons do not chain"),
    ("n = 6", 2, "cannot read '= 6' in an expression"),
    ("1 + $", 4, "cannot read '$' in an expression"),
    ("1 & 2", 2, "cannot read '& 2' in an expression"),
    ("~1", 0, "cannot read '~1' in an expression"),
    ("2n", 0, "cannot read '2n' in an expression"),
    ("1_000", 0, "cannot read '1_000' in an expression"),
    ("1.2.3", 0, "cannot read '1.2.3' in an expression"),
    ("1e", 0, "cannot read '1e' in an expression"),
    ("'abc", 0, "cannot read ''abc' in an expression"),
    ('"abc"', 0, "cannot read '\"abc\"' in an expression"),
    ("[1, 2]", 0, "found '[', expected a value"),
    ("lambda: 1", 6, "cannot read ': 1' in an expression"),
    ("1; 2", 1, "cannot read '; 2' in an expression"),
    ("n if yes else", 13, "found the end, expected a value"),
    # no access to anything but numbers, lists and the functions of the language
    ("n.real", 1, "cannot read '.real' in an expression"),
    ("w.__class__", 1, "cannot read '.__class__' in an expression"),
    ("''.join", 2, "cannot read '.join' in an expression"),
    ("().x", 1, "found ')', expected a value"),
    ("__import__('os')", 0, "unknown function '__import__'"),
    ("open('x')", 0, "unknown function 'open'"),
    ("eval('1')", 0, "unknown function 'eval'"),
    ("getattr(w, 'x')", 0, "unknown function 'getattr'"),
    ("w(0)", 0, "unknown function 'w'"),
    ("(n)(1)", 3, "found '(' after '(n)'"),
    ("len(__builtins__)", 4, "unknown name '__builtins__'"),
    # names
    ("m", 0, "unknown name 'm'"),
    ("2*(n + wd)", 7, "unknown name 'wd'"),
    ("i", 0, "the counter 'i' is known only inside a 'repeat'"),
    # numbers of arguments
    ("sqrt()", 0, "sqrt() takes 1 argument, found 0"),
    ("1 + sqrt(1, 2)", 4, "sqrt() takes 1 argument, found 2"),
    ("make_divisible(1, 2, 3)", 0, "make_divisible() takes 1 to 2 arguments, found 3"),
    ("min()", 0, "min() takes 1 to 100 arguments, found 0"),
    # values that do not fit
    ("1 + true", 2, "'+' needs numbers, found true"),
    ("w * 2", 2, "'*' needs numbers, found a list of 3"),
    ("-word", 0, "'-' needs numbers, found the text 'same'"),
    ("'a' < 'b'", 4, "'<' needs numbers, found the text 'a'"),
    ("3x3 * 2", 4, "'*' needs numbers, found the text '3x3'"),
    ("n and true", 2, "found 6, expected a condition"),
    ("not n", 0, "found 6, expected a condition"),
    ("1 if w else 2", 2, "found a list of 3, expected a condition"),
    ("n[0]", 1, "found 6 before '[', expected a list"),
    ("w[3]", 1, "index 3 of a list of 3, expected 0 to 2"),
    ("w[-1]", 1, "index -1 of a list of 3, expected 0 to 2"),
    ("w[0.5]", 1, "found 0.5, expected a whole number"),
    ("w[yes]", 1, "found true as an index"),
    ("w['a']", 1, "found the text 'a' as an index"),
    ("len(3)", 0, "len() needs a list, found 3"),
    ("min(w, 3)", 0, "'min()' needs numbers, found a list of 3"),
    ("max(nested)", 0, "'max()' needs numbers, found a list of 2"),
    ("sqrt(-4)", 0, "the square root of -4 is not a real number"),
    ("(-4) ** 0.5", 5, "is not a real number"),
    ("log2(0)", 0, "the logarithm of 0 is not defined"),
    ("ceil(word)", 0, "'ceil()' needs numbers, found the text 'same'"),
    ("1 / 0", 2, "division by zero"),
    ("1 // (n - 6)", 2, "division by zero"),
    ("5 % 0", 2, "division by zero"),
    ("0 ** -1", 2, "division by zero"),
    ("1 / 0.0", 2, "division by zero"),
    ("make_divisible(3, 0)", 0, "division by zero"),
    ("(2**53 + 1) / 2", 12, "a quotient of whole numbers beyond 2**53 is not exact"),
    ("floor(1e30)", 0, "a float beyond 2**53 that is not exact"),
    # bounds
    ("2 ** 100000", 2, "a power with exponent 100000 is too large"),
    ("9 ** 9 ** 9 ** 9", 7, "is too large"),
    ("2 ** -100000", 2, "is too large"),
    ("2.0 ** 5000", 4, "the result is too large"),
    ("10**1000 * 10**1000", 9, "the result is too large"),
    ("2**2000 * 1.5", 8, "the result is too large"),
    ("1e308 * 10", 6, "the result is too large"),
    ("1e308 + 1e308", 6, "the result is too large"),
    ("1e400", 0, "the number 1e400 is too large"),
    ("1" * 1001, 0, "an expression of 1001 characters, expected at most 1000"),
]


@pytest.mark.parametrize(("text", "offset", "words"), MISTAKES)
def test_mistake(text, offset, words):
    with pytest.raises(ExpressionError) as caught:
        parse(text).run(ENV)
    assert words in str(caught.value)
    assert caught.value.offset == offset


# Texts that grow with a depth: `deepest` is allowed, more is not.
DEEP = {
    "parentheses": (lambda depth: "(" * depth + "1" + ")" * depth, 29),
    "not": (lambda depth: "not " * depth + "true", 29),
    "minus": (lambda depth: "- " * depth + "1", 29),
    "plus": (lambda depth: "+" * depth + "1", 29),
    "conditionals": (lambda depth: "1 if true else " * depth + "2", 29),
    "powers": (lambda depth: "1" + " ** 1" * depth, 29),
    "indices": (lambda depth: "w[" * depth + "0" + "]" * depth, 29),
    "calls": (lambda depth: "max(" * depth + "1" + ")" * depth, 29),
    "sums": (lambda depth: "1" + "+1" * depth, 100),
    "products": (lambda depth: "1" + "*1" * depth, 100),
    "ands": (lambda depth: "true" + " and true" * depth, 100),
    "ors": (lambda depth: "false" + " or false" * depth, 100),
    "a list of lists": (lambda depth: "n" + "[0]" * depth, 100),
}


@pytest.mark.parametrize("case", DEEP)
def test_depth_is_bounded(case):
    build, deepest = DEEP[case]
    parse(build(deepest))
    for depth in (deepest + 1, 10 * deepest, 100 * deepest):
        with pytest.raises(ExpressionError, match=r"nested deeper than|more than 100 operators|characters"):
            parse(build(depth))


@pytest.mark.parametrize("case", [name for name in DEEP if name not in ("indices", "a list of lists")])
def test_the_deepest_can_be_evaluated(case):
    build, deepest = DEEP[case]
    assert parse(build(deepest)).run(ENV) in (1, 2, -1, 101, True, False)


def test_limits():
    assert (MAX_DEPTH, MAX_OPERATORS) == (30, 100)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("1 + 2", ()),
        ("half", ()),
        ("n*(w[i] + n)", (("n", 0), ("w", 3), ("i", 5), ("n", 10))),
        ("max(a, 3)", (("a", 4),)),
    ],
)
def test_names_are_known_before_it_is_evaluated(text, names):
    assert parse(text).names == names
    assert parse(text).is_constant is (not names)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        # The column of the wrong word itself, whatever the quotes and spaces before it.
        ("input: [3, 8, 8 + m]\nlayers: [relu]", "1:19"),
        ("input: [3, 8, '8 +  m']\nlayers: [relu]", "1:21"),
        ('input: [3, 8, "8 +  m"]\nlayers: [relu]', "1:21"),
        ("input: 3\nlayers:\n- linear:\n    units: 2*(4 -  m)", "4:20"),
        ("input: 3\nlayers:\n- {linear: 4, name: 'a{1 + m}'}", "3:28"),
        ("input: 3\nlayers:\n- {linear: [1 // 0]}", "3:15"),
        ("input: 3\nlayers:\n- {linear: 4, when: 'in_channels == 3 and  m'}", "3:44"),
        # An escape or a line break moves what follows: the beginning of the value is the best there is.
        ('input: [3, 8, "8 +\\x20 m"]\nlayers: [relu]', "1:15"),
        ("input: [3, 8, 8\n +  m]\nlayers: [relu]", "1:15"),
        ("input: 3\nlayers:\n- linear: >\n    4 + m", "3:11"),
    ],
)
def test_place_of_the_wrong_word(text, place):
    with pytest.raises(archcalc.ArchcalcError) as caught:
        archcalc.loads(text)
    assert str(caught.value).startswith(f"<text>:{place}: ")
