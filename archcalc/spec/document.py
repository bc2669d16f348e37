"""A spec file as a whole: its keys, what it extends and imports, put together into one document."""

from __future__ import annotations

import os

from archcalc.errors import ArchcalcError, EndOfSearch, Mistakes, Place, did_you_mean, raise_all
from archcalc.record import Record
from archcalc.spec.expressions import reserved
from archcalc.spec.locate import locate_beside, read_file
from archcalc.spec.read import Mapping, Scalar, Sequence, kind_of, read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from archcalc.spec.read import Node

    Finder: TypeAlias = Callable[[str, Place], str]

KEYS = ("name", "source", "year", "family", "notes", "extends", "import", "input", "vars", "blocks", "layers")
MAX_FILES = 32  # that extend or import one another


class Document(Record):
    """What a spec says once `extends` and `import` are resolved: nodes, nothing evaluated yet.

    `vars` and `blocks` map a name to its key (for its place) and its value. `errors` are the mistakes found
    so far, which those who read on add to. `words` are the choices of vars that are plain words, those too that an
    extension has taken away: what it extends may still ask for them.
    """

    file: str
    name: str
    source: str
    year: int | None
    family: str
    notes: tuple[str, ...]
    input: Node | None
    vars: dict[str, tuple[Scalar, Node]]
    words: frozenset[str]
    blocks: dict[str, tuple[Scalar, Node]]
    layers: Node | None
    where: Place
    errors: Mistakes
    is_complete: bool  # whether all that it extends and imports could be read


def read_document(file: str) -> Document:
    """The document of a spec file; raises ArchcalcError if there is nothing to read on with."""
    return _finish(read_text(read_file(file), file), file)


def parse_document(text: str, file: str, find: Finder = locate_beside) -> Document:
    """The document of a text; `file` is its name in messages, and what it extends lies where `find` says: beside it."""
    return _finish(read_text(text, file), file, find)


def document_of(node: Mapping) -> Document:
    """The document of a spec that stands inside another file, as a mapping."""
    return _finish(node, node.where.file)


class _Others:
    """The files that are extended or imported: where their names lead, and those that are read already."""

    def __init__(self, find: Finder):
        self.find = find
        self.read: dict[str, Document | None] = {}


def _finish(root: Node, file: str, find: Finder = locate_beside) -> Document:
    errors = Mistakes()
    others = _Others(find)
    document = None
    try:
        document = _document(root, file, (file,), others, errors)
        is_whole = not errors
        if document.layers is None and is_whole:
            errors.append(ArchcalcError("'layers' is missing", document.where, "a network needs a list of layers"))
        if document.input is None and is_whole:
            hint = "write for example: input: [3, 224, 224]"
            errors.append(ArchcalcError("'input' is missing", document.where, hint))
    except EndOfSearch:
        pass
    if document is None or document.layers is None or document.input is None or not document.is_complete:
        raise_all(errors)
    assert document is not None  # noqa: S101 - or else there were errors
    return document


def _document(root: Node, file: str, chain: tuple[str, ...], others: _Others, errors: Mistakes) -> Document:
    """The document of a file. `chain` are the files that led here, `others` those that are read already."""
    if not isinstance(root, Mapping):
        raise ArchcalcError(
            f"found {kind_of(root)}, expected the keys of a spec", root.where, f"they are: {', '.join(KEYS)}"
        )
    for key, _ in root.pairs:
        if key.text not in KEYS:
            errors.append(ArchcalcError(f"unknown key '{key.text}'", key.where, did_you_mean(key.text, KEYS)))
    vars_ = _named(root.get("vars"), "vars", "var", errors)
    blocks = _named(root.get("blocks"), "blocks", "block", errors)
    before = len(errors)
    base = _base(root.get("extends"), chain, others, errors)
    imported = _imported(root.get("import"), chain, others, errors)
    is_complete = len(errors) == before
    fallback = os.path.basename(file).removesuffix(".yaml")
    return Document(
        file=file,
        name=_text(root.get("name"), "name", errors) or (base.name if base else fallback),
        source=_text(root.get("source"), "source", errors) or (base.source if base else ""),
        year=_year(root.get("year"), errors) or (base.year if base else None),
        family=_text(root.get("family"), "family", errors) or (base.family if base else ""),
        notes=_notes(root.get("notes"), errors) or (base.notes if base else ()),
        input=root.get("input") or (base.input if base else None),
        vars=_overridden(base.vars if base else {}, vars_),
        words=_words(vars_) | (base.words if base else frozenset()),
        blocks={**(base.blocks if base else {}), **imported, **blocks},
        layers=root.get("layers") or (base.layers if base else None),
        where=root.where,
        errors=errors,
        is_complete=is_complete,
    )


def _words(vars_: dict[str, tuple[Scalar, Node]]) -> frozenset[str]:
    words = set()
    for _, node in vars_.values():
        choices = node.get("choices") if isinstance(node, Mapping) else None
        for item in choices.items if isinstance(choices, Sequence) else ():
            if isinstance(item, Scalar) and name_problem(item.text, "choice") is None:
                words.add(item.text)
    return frozenset(words)


def _overridden(
    base: dict[str, tuple[Scalar, Node]], own: dict[str, tuple[Scalar, Node]]
) -> dict[str, tuple[Scalar, Node]]:
    """The vars of a base and its extension; a plain value replaces a default and leaves the choices."""
    result = {**base, **own}
    for name, (key, value) in own.items():
        before = base[name][1] if name in base else None
        if isinstance(before, Mapping) and not isinstance(value, Mapping):
            kept = tuple(pair for pair in before.pairs if pair[0].text != "default")
            default = key._replace(text="default"), value
            result[name] = key, Mapping((default, *kept), value.where, before.weight + value.weight)
    return result


def _text(node: Node | None, key: str, errors: list[ArchcalcError]) -> str:
    if node is None:
        return ""
    if not isinstance(node, Scalar) or node.is_empty:
        errors.append(ArchcalcError(f"found {kind_of(node)}, expected the {key} as text", node.where))
        return ""
    if not node.text.isprintable():
        errors.append(ArchcalcError(f"the {key} holds a line break or control character", node.where, "leave it out"))
    return node.text


def _year(node: Node | None, errors: list[ArchcalcError]) -> int | None:
    if node is None:
        return None
    if isinstance(node, Scalar) and len(node.text) == 4 and node.text.isdecimal() and node.text.isascii():
        return int(node.text)
    found = f"'{node.text}'" if isinstance(node, Scalar) and not node.is_empty else kind_of(node)
    errors.append(ArchcalcError(f"found {found}, expected a year of four digits", node.where))
    return None


def _notes(node: Node | None, errors: list[ArchcalcError]) -> tuple[str, ...]:
    """Sentences: one, or a list of them."""
    if node is None:
        return ()
    items = node.items if isinstance(node, Sequence) else (node,)
    return tuple(note for item in items if (note := _text(item, "note", errors)))


def _named(node: Node | None, key: str, what: str, errors: list[ArchcalcError]) -> dict[str, tuple[Scalar, Node]]:
    if node is None or (isinstance(node, Scalar) and node.is_empty):
        return {}
    if not isinstance(node, Mapping):
        errors.append(
            ArchcalcError(
                f"found {kind_of(node)}, expected a mapping of {key}", node.where, f"write: {key}: {{name: ...}}"
            )
        )
        return {}
    result = {}
    for name, value in node.pairs:
        problem = name_problem(name.text, what)
        if problem is not None:
            errors.append(ArchcalcError(problem, name.where))
        result[name.text] = name, value
    return result


def name_problem(name: str, what: str) -> str | None:
    """Why a var, argument or block cannot have this name, or None if it can.

    >>> name_problem("in_size", "var")
    "'in_size' has a meaning of its own and cannot name a var"
    """
    if not (name.isascii() and name.isidentifier()):
        return f"'{name}' cannot name {_a(what)}: expected letters, digits and _, beginning with a letter"
    if name in reserved():
        return f"'{name}' has a meaning of its own and cannot name {_a(what)}"
    return None


def _a(what: str) -> str:
    return f"an {what}" if what[0] in "aeiou" else f"a {what}"


def _base(node: Node | None, chain: tuple[str, ...], others: _Others, errors: Mistakes) -> Document | None:
    if node is None:
        return None
    if not isinstance(node, Scalar) or node.is_empty:
        errors.append(ArchcalcError(f"found {kind_of(node)}, expected the name of one spec to extend", node.where))
        return None
    return _other(node, "extends", chain, others, errors)


def _imported(
    node: Node | None, chain: tuple[str, ...], others: _Others, errors: Mistakes
) -> dict[str, tuple[Scalar, Node]]:
    blocks: dict[str, tuple[Scalar, Node]] = {}
    if node is None:
        return blocks
    for item in node.items if isinstance(node, Sequence) else (node,):
        if not isinstance(item, Scalar) or item.is_empty:
            errors.append(ArchcalcError(f"found {kind_of(item)}, expected the name of a file with blocks", item.where))
            continue
        other = _other(item, "import", chain, others, errors)
        for name, block in (other.blocks if other else {}).items():
            if name in blocks and blocks[name][0].where != block[0].where:
                message = f"the block '{name}' is imported twice, from {blocks[name][0].where} and {block[0].where}"
                errors.append(ArchcalcError(message, item.where))
            blocks[name] = block
    return blocks


def _other(
    node: Scalar,
    key: str,
    chain: tuple[str, ...],
    others: _Others,
    errors: Mistakes,
) -> Document | None:
    """What another file says, read when first asked for; None if it is wrong, which is then reported."""
    try:
        file = others.find(node.text, node.where)
        real = os.path.realpath(file)
        same = [link for link in chain if os.path.realpath(link) == real]
        if same:
            cycle = " -> ".join([*chain[chain.index(same[0]) :], file])
            raise ArchcalcError(f"'{key}' leads back to where it began: {cycle}", node.where)
        if real not in others.read:
            if len(others.read) >= MAX_FILES:
                raise ArchcalcError(f"more than {MAX_FILES} files extend or import one another", node.where)
            others.read[real] = None
            root = read_text(read_file(file, node.where), file)
            others.read[real] = _document(root, file, (*chain, file), others, errors)
        return others.read[real]
    except ArchcalcError as error:
        errors.extend(error.errors)
        return None
