"""Check files: YAML lists of expectations, each read with its place; nothing in them is passed over."""

from __future__ import annotations

from archcalc.checking.printed import NEAREST, ROUNDINGS, UNITS
from archcalc.errors import ArchcalcError, Mistakes, did_you_mean
from archcalc.record import Record
from archcalc.spec.read import Mapping, Scalar, Sequence, kind_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.errors import Place
    from archcalc.spec.read import Node

# What an expectation may be -> the sign before what is expected, in tables.
SIGNS = {"prints": "", "equals": "= ", "at_most": "<= ", "at_least": ">= "}
EXPECTATIONS = tuple(SIGNS)
SETTINGS = ("spec", "network", "set", "batch", "convention")
TEXTS = ("id", "quantity", "rounding", "unit", "under", "note", "document", "place", "quote", *EXPECTATIONS)
KEYS = ("id", *SETTINGS, "quantity", *EXPECTATIONS, *TEXTS[2:9], "digits", "erratum")
ERRATUM_KEYS = ("correct", "reason", "sure", "reading")
PROVEN, LIKELY, UNEXPLAINED = "proven", "likely", "unexplained"
SURE = (PROVEN, LIKELY, UNEXPLAINED)


class Subject(Record):
    """A network that a quantity speaks of: a spec by its name or path, or one written in place, and its settings."""

    where: Place
    spec: str | None
    network: Mapping | None
    vars: tuple[tuple[str, Node], ...]
    batch: int
    convention: str


class Erratum(Record):
    """What a printed number should have been, why, how sure that is, and how it would come out, if that was found."""

    correct: str
    reason: str
    sure: str
    reading: str = ""


class Entry(Record):
    """One expectation; `kind` is one of EXPECTATIONS. `subjects` has the name "" if there is a single network."""

    where: Place
    id: str
    subjects: dict[str, Subject]
    quantity: Scalar
    kind: str
    expected: Scalar
    rounding: str = NEAREST
    unit: str | None = None
    digits: int | None = None
    under: str = ""
    note: str = ""
    document: str = ""
    place: str = ""
    quote: str = ""
    erratum: Erratum | None = None


def read_entries(root: Node, errors: Mistakes) -> list[Entry]:
    """The entries of a check file; every mistake is added to `errors`.

    An item with the single key `defaults` gives the keys that the entries behind it need not repeat.
    """
    if not isinstance(root, Sequence):
        is_spec = isinstance(root, Mapping) and root.get("layers") is not None
        hint = "this is a spec: give it a budget, --max macs=600M, or a --baseline" if is_spec else None
        errors.append(ArchcalcError(f"found {kind_of(root)}, expected a list of expectations", root.where, hint))
        return []
    defaults: dict[str, tuple[Scalar, Node]] = {}
    entries: list[Entry] = []
    ids: dict[str, Place] = {}
    for item in root.items:
        if not isinstance(item, Mapping):
            errors.append(ArchcalcError(f"found {kind_of(item)}, expected an expectation", item.where))
            continue
        given = item.get("defaults")
        if given is not None and len(item.pairs) == 1:
            if not isinstance(given, Mapping):
                errors.append(ArchcalcError(f"found {kind_of(given)}, expected keys of expectations", given.where))
            defaults = _keyed(given, errors) if isinstance(given, Mapping) else {}
            continue
        before = len(errors)
        keyed = _keyed(item, errors)
        if len(errors) > before:
            continue  # what looks as if it were missing may be misspelt
        try:
            # A network of its own takes the place of the usual one, however that is given.
            usual = {} if {"spec", "network"} & keyed.keys() else {**defaults}
            others = {name: pair for name, pair in defaults.items() if name not in SETTINGS}
            entry = _entry(item, {**(usual or others), **keyed})
        except ArchcalcError as error:
            errors.append(error)
            continue
        if entry.id in ids:
            errors.append(ArchcalcError(f"the id '{entry.id}' is used twice", item.where, f"first at {ids[entry.id]}"))
        ids[entry.id] = item.where
        entries.append(entry)
    return entries


def _keyed(node: Mapping, errors: Mistakes) -> dict[str, tuple[Scalar, Node]]:
    for key, _ in node.pairs:
        if key.text not in KEYS:
            errors.append(ArchcalcError(f"unknown key '{key.text}'", key.where, did_you_mean(key.text, KEYS)))
    return {key.text: (key, value) for key, value in node.pairs if key.text in KEYS}


def _entry(item: Mapping, given: dict[str, tuple[Scalar, Node]]) -> Entry:
    nodes = {name: value for name, (_, value) in given.items()}
    texts = {name: _text(nodes[name], name) for name in TEXTS if name in nodes}
    kinds = [kind for kind in EXPECTATIONS if kind in nodes]
    if len(kinds) != 1:
        found = " and ".join(kinds) or "none"
        raise ArchcalcError(f"expected one of {', '.join(EXPECTATIONS)}, found {found}", item.where)
    if "quantity" not in nodes:
        raise ArchcalcError("the key 'quantity' is missing", item.where, "write for example: quantity: totals.params")
    kind = kinds[0]
    erratum = _erratum(nodes["erratum"]) if "erratum" in nodes else None
    if erratum is not None and kind != "prints":
        raise ArchcalcError("only what is printed can be an erratum: it needs 'prints'", nodes["erratum"].where)
    texts["rounding"] = _one_of(texts.get("rounding", NEAREST), ROUNDINGS, nodes.get("rounding"))
    if "unit" in texts:
        _one_of(texts["unit"], tuple(UNITS), nodes["unit"])
    quantity, expected = nodes["quantity"], nodes[kind]
    assert isinstance(quantity, Scalar)  # noqa: S101 - or _text would have said so
    assert isinstance(expected, Scalar)  # noqa: S101
    return Entry(
        where=item.where,
        id=texts.get("id") or quantity.text,
        subjects=_subjects(item, nodes),
        quantity=quantity,
        kind=kind,
        expected=expected,
        rounding=texts["rounding"],
        unit=texts.get("unit"),
        digits=_count(nodes["digits"], "digits") if "digits" in nodes else None,
        erratum=erratum,
        **{name: texts.get(name, "") for name in ("under", "note", "document", "place", "quote")},
    )


def _text(node: Node, key: str) -> str:
    if not isinstance(node, Scalar) or node.is_empty:
        raise ArchcalcError(f"found {kind_of(node)}, expected {key} as text", node.where)
    return node.text


def _one_of(text: str, words: tuple[str, ...], node: Node | None) -> str:
    if text not in words:
        where = None if node is None else node.where
        raise ArchcalcError(f"found '{text}', expected one of: {', '.join(filter(None, words))}", where)
    return text


def _count(node: Node, key: str) -> int:
    text = _text(node, key)
    if not (text.isdecimal() and text.isascii() and int(text) >= 1):
        raise ArchcalcError(f"found '{text}', expected {key} as a whole number of at least 1", node.where)
    return int(text)


def _erratum(node: Node) -> Erratum:
    if not isinstance(node, Mapping):
        message = f"found {kind_of(node)}, expected a mapping of {', '.join(ERRATUM_KEYS)}"
        raise ArchcalcError(message, node.where)
    for key, _ in node.pairs:
        if key.text not in ERRATUM_KEYS:
            hint = did_you_mean(key.text, ERRATUM_KEYS)
            raise ArchcalcError(f"an erratum has no key '{key.text}'", key.where, hint)
    values = {key.text: _text(value, key.text) for key, value in node.pairs}
    for name in ERRATUM_KEYS[:3]:
        if name not in values:
            raise ArchcalcError(f"the erratum's '{name}' is missing", node.where)
    _one_of(values["sure"], SURE, node.get("sure"))
    return Erratum(**values)


def _subjects(item: Mapping, nodes: dict[str, Node]) -> dict[str, Subject]:
    """The networks by the names that the quantity gives them."""
    spec = nodes.get("spec")
    if spec is not None and "network" in nodes:
        raise ArchcalcError("expected one of spec and network, found both", item.where)
    if spec is None and "network" not in nodes:
        raise ArchcalcError("expected a network: spec (a name, a path or a mapping of these) or network", item.where)
    if not isinstance(spec, Mapping):
        return {"": _subject(item.where, nodes)}
    result = {}
    shared: dict[str, Node] = {name: nodes[name] for name in ("set", "batch", "convention") if name in nodes}
    for key, value in spec.pairs:
        own: dict[str, Node] = {"spec": value}
        if isinstance(value, Mapping):
            own = {name.text: inner for name, inner in value.pairs}
            for inside, _ in value.pairs:
                if inside.text not in SETTINGS:
                    hint = did_you_mean(inside.text, SETTINGS)
                    raise ArchcalcError(f"a network has no key '{inside.text}'", inside.where, hint)
        result[key.text] = _subject(value.where, {**shared, **own})
    return result


def _subject(where: Place, nodes: dict[str, Node]) -> Subject:
    network, settings = nodes.get("network"), nodes.get("set")
    if network is None and "spec" not in nodes:
        raise ArchcalcError("expected 'spec' or 'network'", where)
    if network is not None and not isinstance(network, Mapping):
        raise ArchcalcError(f"found {kind_of(network)}, expected a network: input, layers, ...", network.where)
    if settings is not None and not isinstance(settings, Mapping):
        raise ArchcalcError(f"found {kind_of(settings)}, expected a mapping of vars", settings.where)
    return Subject(
        where=where,
        spec=_text(nodes["spec"], "spec") if network is None else None,
        network=network,
        vars=tuple((key.text, value) for key, value in settings.pairs) if settings is not None else (),
        batch=_count(nodes["batch"], "batch") if "batch" in nodes else 1,
        convention=_text(nodes["convention"], "convention") if "convention" in nodes else "macs",
    )
