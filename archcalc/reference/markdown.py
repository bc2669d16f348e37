"""The op reference as Markdown: a page for GitHub."""

from __future__ import annotations

import re

from archcalc.ops import OPS
from archcalc.reference.facts import facts_of, title_of
from archcalc.render.markdown import escaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from archcalc.reference.facts import Attribute, Formulas, Shown

INTRODUCTION = """\
# The ops of archcalc

What a layer of a spec can be. Everything below is read out of the files of the ops: the text is their own, and the
formulas are what their rules give for symbols instead of numbers (`**` is a power).

- Shapes have the channels first, then the spatial sizes, and belong to one example of a batch: `[C, H, W]` is an
  image, `[C, L]` a sequence, `[C]` a vector. Where the formulas show `H` and `W`, other numbers of axes work alike.
- An attribute that can be given for each axis has one symbol in the formulas, as if it were the same for all.
- `params` counts all that is trained; what is kept without training, such as a running mean, is a `buffer` and is
  not in it.
- Work is counted by kind, for one example: `mac` is a multiplication and the addition of its product, `add`, `mul`,
  `div` and `compare` are single operations, `exp` is any transcendental function."""
LABEL = re.compile(r"(Shapes|Convention|Source): ")


def every_op() -> str:
    """The whole reference: how to read it, a table of contents, and a section for each op.

    >>> every_op().splitlines()[0]
    '# The ops of archcalc'
    """
    contents = _table(("op", "what it is"), ((f"[`{name}`](#{name})", _prose(title_of(name))) for name in OPS))
    return "\n\n".join([INTRODUCTION, contents, *map(one_op, OPS)])


def one_op(name: str) -> str:
    """The section of one op; raises ArchcalcError if there is none.

    >>> print(*one_op("identity").splitlines()[:3], sep=chr(10))
    ## `identity`
    <BLANKLINE>
    Identity: the output is the input.
    """
    facts = facts_of(name)
    return "\n\n".join(
        [
            f"## {_code(name)}",
            _prose(facts.title),
            *_paragraphs(facts.body),
            _attributes(facts.attributes) if facts.attributes else "It has no attributes.",
            _formulas(facts.formulas),
            *_example(facts.example),
        ]
    )


def _paragraphs(lines: list[str]) -> list[str]:
    """A paragraph for each of Shapes, Convention and Source, in one line, so that no line begins like a list."""
    paragraphs: list[str] = []
    for line in filter(None, lines):
        label = LABEL.match(line)
        if label:
            paragraphs.append(f"**{label[1]}:** {_prose(line[label.end() :])}")
        elif paragraphs:
            paragraphs[-1] += " " + _prose(line)
        else:
            paragraphs.append(_prose(line))
    return paragraphs


def _attributes(attributes: list[Attribute]) -> str:
    return _table(
        ("attribute", "meaning", "value", "default"),
        (
            (
                _code(attribute.name),
                _prose(attribute.doc),
                _prose(attribute.expects),
                _default(attribute.default),
            )
            for attribute in attributes
        ),
    )


def _default(written: str | None) -> str:
    """As code if it is what a spec would write; for `none` an attribute is left away."""
    if written is None:
        return "required"
    return written if written == "none" else _code(written)


def _formulas(formulas: Formulas) -> str:
    rows = [("input", " and ".join(map(_code, formulas.inputs))), ("output", _shape(formulas.output))]
    rows += [(f"{weight.role} {_code(weight.name)}", _code(weight.shape)) for weight in formulas.weights]
    rows.append(("params", _code(formulas.params)))
    work = "<br>".join(f"{_code(count.number)} {count.kind}" for count in formulas.work)
    uses = [(name, axis) for name, axis in formulas.renamed.items() if name in work]
    if uses:
        work += "<br>where " + " and ".join(f"{_code(name)} is the output's {_code(axis)}" for name, axis in uses)
    rows.append(("work for each region" if formulas.is_regional else "work", work or "none"))
    rows.append(("memory", formulas.memory))
    kept = [f"`{each.number}` {each.what}" if each.number else each.what for each in formulas.saves]
    rows.append(("saved for the backward pass", ", ".join(kept) or "nothing"))
    return _table(("", "formula"), rows)


def _example(example: Shown) -> list[str]:
    """The line of a spec, and what it gives."""
    inputs = " and ".join(map(_code, example.inputs))
    return [f"```yaml\n{example.call}\n```", f"On {inputs} it gives {_shape(example.output)}: {example.costs}."]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _shape(text: str) -> str:
    """A shape as code, and the words that may follow it as they are."""
    shape, bracket, words = text.partition("]")
    return _code(shape + bracket) + _prose(words)


def _prose(text: str) -> str:
    """Text of an op file: its `names` stay code, and nothing else in it is markup."""
    return "".join(_code(part) if index % 2 else escaped(part) for index, part in enumerate(text.split("`")))


def _code(text: str) -> str:
    """A text as code; a bar would end the cell of a table even there."""
    return f"`{text.replace('|', chr(92) + '|')}`"
