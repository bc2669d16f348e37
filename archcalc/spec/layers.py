"""A list of layers -> calls, each checked against the op or block that it names.

Everything that can be known without shapes is checked here, in blocks that are never used too: unknown
ops, attributes and names, missing and surplus arguments, constant values of the wrong kind.
"""

from __future__ import annotations

from collections import ChainMap
from dataclasses import fields
from functools import cache

from archcalc.errors import ArchcalcError, Place, did_you_mean, nearest
from archcalc.graph.kinds import is_required, kind_of
from archcalc.ops import OPS, find
from archcalc.spec import calls, read
from archcalc.spec.calls import Body, Call, Value, cost
from archcalc.spec.expressions import INDEX
from archcalc.spec.read import Mapping, Scalar, Sequence
from archcalc.spec.values import evaluate_as, read_template, read_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from dataclasses import Field
    from typing import Any

    from archcalc.spec.calls import Signature, Template
    from archcalc.spec.read import Node

MODIFIERS = ("name", "from", "shares", "repeat", "when")
GROUPS = (calls.SEQUENCE, calls.HEAD)


@cache
def _attributes(op_name: str) -> dict[str, Field[Any]]:
    """The attributes of an op by name."""
    return {op_field.name: op_field for op_field in fields(find(op_name))}


class Reader:
    """Reads the layers of one block, or of the network itself, and collects every mistake.

    `signatures` are those of all blocks; `known` the names that expressions may read here; `defined` and
    `wanted` the names that layers are given and that a `from` asks for; `used` the blocks that are called.
    """

    def __init__(self, signatures: dict[str, Signature], known: ChainMap[str, Any], errors: list[ArchcalcError]):
        self.signatures = signatures
        self.known = known
        self.errors = errors
        self.defined: dict[str, Place] = {}
        self.has_templates = False
        self.wanted: list[Template] = []
        self.used: dict[str, Place] = {}
        self.inside = 0  # mistakes in lists of layers that are read to the end: not of the layer that holds them

    def read(self, node: Node, what: str) -> Body:
        """A whole list of layers; then every name that a `from` asks for is looked up."""
        body = self._body(node, what)
        for wanted in self.wanted:
            if wanted.is_constant and wanted.text not in self.defined and not self.has_templates:
                self._mistake(
                    f"no layer is named '{wanted.text}' here", wanted.where, did_you_mean(wanted.text, self.defined)
                )
        return body

    def _mistake(self, message: str, where: Place, hint: str | None = None) -> None:
        self.errors.append(ArchcalcError(message, where, hint))

    def _body(self, node: Node, what: str) -> Body:
        if not isinstance(node, Sequence):
            self._mistake(
                f"found {read.kind_of(node)}, expected {what} as a list of layers",
                node.where,
                "begin each layer with '- '",
            )
            return Body((), frozenset())
        found = []
        first, inside = len(self.errors), self.inside
        for item in node.items:
            before = len(self.errors) - self.inside
            call = self._call(item)
            found.append(call._replace(is_broken=len(self.errors) - self.inside > before))
        self.inside = inside + len(self.errors) - first
        names = frozenset(call.name.text for call in found if call.name is not None and call.name.is_constant)
        return Body(tuple(found), names)

    def _is_known(self, word: str) -> bool:
        return word in OPS or word in self.signatures or word in GROUPS

    def _call(self, node: Node) -> Call:
        if isinstance(node, Scalar) and not node.is_empty:
            return self._target(node, None, {})
        if not isinstance(node, Mapping):
            hint = "a branch or a nested list belongs into add, concat, multiply or sequence"
            self._mistake(f"found {read.kind_of(node)}, expected a layer: an op or a block", node.where, hint)
            return Call(calls.OP, "", node.where)
        modifiers = {key.text: value for key, value in node.pairs if key.text in MODIFIERS}
        targets = [(key, value) for key, value in node.pairs if key.text not in MODIFIERS]
        if not targets:
            self._mistake("this layer names no op and no block", node.where, "write for example: - conv: {...}")
            return Call(calls.OP, "", node.where, **self._modifiers(modifiers))
        known = [pair for pair in targets if self._is_known(pair[0].text)]
        key, value = (known or targets)[0]
        stray = []
        for other, other_value in targets:
            if other is key:
                continue
            if other.text in self._argument_names(key.text):
                hint = f"it is an argument of {key.text}: indent it, or write {key.text}: {{{other.text}: ...}}"
                stray.append((other, other_value))
            elif self._is_known(other.text):
                hint = f"begin '{other.text}' with a '- ' of its own"
                self._mistake(f"one layer names both '{key.text}' and '{other.text}'", other.where, hint)
                continue
            else:
                hint = did_you_mean(other.text, MODIFIERS)
            self._mistake(f"unknown key '{other.text}' beside '{key.text}'", other.where, hint)
        if stray and (isinstance(value, Mapping) or (isinstance(value, Scalar) and value.is_empty)):
            # Read them where they were meant to stand, so that they are not said to be missing as well.
            own = value.pairs if isinstance(value, Mapping) else ()
            value = Mapping((*own, *stray), value.where, value.weight)
        return self._target(key, value, modifiers)

    def _argument_names(self, target: str) -> Collection[str]:
        if target in self.signatures:
            return self.signatures[target].arguments
        return tuple(_attributes(target)) if target in OPS else ()

    def _target(self, key: Scalar, node: Node | None, modifiers: dict[str, Node]) -> Call:
        name = key.text
        common = self._modifiers(modifiers)
        outer, self.known = self.known, self._counted_by(modifiers)
        try:
            if name in GROUPS:
                self._at_most(1, name, common)
                return Call(name, name, key.where, bodies=(self._body(node or key, f"the {name}"),), **common)
            if name in self.signatures:
                return self._block(key, node, common)
            if name not in OPS:
                hint = did_you_mean(name, (*OPS, *self.signatures, *GROUPS))
                self._mistake(f"unknown op or block '{name}'", key.where, hint)
                self.has_templates |= isinstance(node, Sequence)  # it may hold layers with names
                return Call(calls.OP, name, key.where, **common)
            return self._op(key, node, common)
        finally:
            self.known = outer

    def _counted_by(self, modifiers: dict[str, Node]) -> ChainMap[str, Any]:
        """The names that are known where these modifiers are, which count repetitions or do not."""
        is_new = "repeat" in modifiers and INDEX not in self.known
        return self.known.new_child({INDEX: None}) if is_new else self.known

    def _modifiers(self, nodes: dict[str, Node]) -> dict[str, Any]:
        counted = self._counted_by(nodes)
        name = self._template(nodes["name"], counted) if "name" in nodes else None
        if name is not None:
            self._define(name)
        sources: list[Template] = []
        if "from" in nodes:
            node = nodes["from"]
            items = node.items if isinstance(node, Sequence) else (node,)
            if not items:
                self._mistake("found an empty list, expected the names of layers", node.where)
            sources = [template for item in items if (template := self._template(item, counted)) is not None]
            self.wanted.extend(sources)
        shares = self._template(nodes["shares"], counted) if "shares" in nodes else None
        if shares is not None:
            self.wanted.append(shares)
        return {
            "name": name,
            "sources": tuple(sources),
            "shares": shares,
            "repeat": self._value(nodes["repeat"], self.known) if "repeat" in nodes else None,
            "when": self._value(nodes["when"], counted) if "when" in nodes else None,
        }

    def _define(self, name: Template) -> None:
        if not name.is_constant:
            self.has_templates = True
        elif name.text in self.defined:
            self._mistake(
                f"the name '{name.text}' is already taken", name.where, f"the first is at {self.defined[name.text]}"
            )
        else:
            self.defined[name.text] = name.where

    def _template(self, node: Node, known: Collection[str]) -> Template | None:
        try:
            return read_template(node, known)
        except ArchcalcError as error:
            self.errors.append(error)
            return None

    def _value(self, node: Node, known: Collection[str]) -> Value | None:
        try:
            return read_value(node, known)
        except ArchcalcError as error:
            self.errors.append(error)
            return None

    def _arguments(
        self, key: Scalar, node: Node | None, names: Collection[str], lone_list: bool = False
    ) -> dict[str, Node]:
        """The nodes of arguments by name, from a mapping, a list of positional ones or a single value."""
        if node is None or (isinstance(node, Scalar) and node.is_empty):
            return {}
        if isinstance(node, Mapping):
            given = {name.text: value for name, value in node.pairs if name.text in names}
            for name, value in node.pairs:
                if name.text in names:
                    continue
                if name.text in MODIFIERS:
                    hint = f"it belongs beside {key.text}: {{{key.text}: ..., {name.text}: ...}}"
                    self._mistake(f"{key.text} has no argument '{name.text}'", name.where, hint)
                else:
                    hint = did_you_mean(name.text, names) if names else f"{key.text} takes none"
                    self._mistake(f"{key.text} has no argument '{name.text}'", name.where, hint)
                    meant = nearest(name.text, names)
                    if meant is not None:
                        given.setdefault(meant, value)
            return given
        items = node.items if isinstance(node, Sequence) and not lone_list else (node,)
        if len(items) > len(names):
            most = f"at most {_counted(len(names), 'argument')}" if names else "no arguments"
            its = f"its arguments: {', '.join(names)}" if names else None
            self._mistake(f"{key.text} takes {most}, found {len(items)}", items[len(names)].where, its)
        return dict(zip(names, items, strict=False))

    def _at_most(self, most: int, target: str, common: dict[str, Any], hint: str | None = None) -> None:
        sources = common["sources"]
        if len(sources) > most:
            takes = "1 input" if most == 1 else f"at most {most} inputs"
            self._mistake(f"{target} takes {takes}, found {len(sources)}", sources[most].where, hint)

    def _missing(self, key: Scalar, name: str, names: Collection[str]) -> None:
        self._mistake(f"{key.text} needs the argument '{name}'", key.where, f"its arguments: {', '.join(names)}")

    def _block(self, key: Scalar, node: Node | None, common: dict[str, Any]) -> Call:
        signature = self.signatures[key.text]
        self.used.setdefault(key.text, key.where)
        sources, inputs = common["sources"], signature.inputs
        if not inputs:
            self._at_most(1, key.text, common, "name more in the block: inputs: [a, b]")
        elif len(inputs) != (len(sources) or 1):
            message = f"{key.text} takes {_counted(len(inputs), 'input')} ({', '.join(inputs)}), found {len(sources)}"
            place = sources[len(inputs)].where if len(sources) > len(inputs) else key.where
            self._mistake(message, place, f"name as many layers: from: [{', '.join(inputs)}]")
        given = self._arguments(key, node, signature.arguments)
        for name in signature.required:
            if name not in given:
                self._missing(key, name, signature.arguments)
        values = {name: self._value(item, self.known) for name, item in given.items()}
        arguments = {name: value for name, value in values.items() if value is not None}
        return Call(calls.BLOCK, key.text, key.where, arguments=arguments, cost=_cost(common, arguments), **common)

    def _op(self, key: Scalar, node: Node | None, common: dict[str, Any]) -> Call:
        op_class = find(key.text)
        least, most = op_class.arity
        if least > 1 and isinstance(node, Sequence):
            bodies = self._branches(key, node, common, least, most)
            return Call(
                calls.OP, key.text, key.where, ready=op_class(), bodies=bodies, cost=max(1, len(bodies)), **common
            )
        sources = common["sources"]
        if least > 1 and len(sources) < least:
            hint = f"give it branches, {key.text}: [[...], [...]], or names, from: [a, b]"
            self._mistake(f"{key.text} needs at least {least} inputs", key.where, hint)
        if most is not None:
            self._at_most(most, key.text, common)
        op_fields = _attributes(key.text)
        names = tuple(op_fields)
        # A list given to an op whose only attribute takes a list is that attribute.
        lone_list = len(names) == 1 and kind_of(op_fields[names[0]]).takes_list
        given = self._arguments(key, node, names, lone_list)
        for name in names:
            if name not in given and is_required(op_fields[name]):
                self._missing(key, name, names)
        constants: dict[str, Any] = {}
        arguments: dict[str, Value] = {}
        before = len(self.errors)
        for name, item in given.items():
            value = self._value(item, self.known)
            if value is not None and value.is_constant:
                try:
                    constants[name] = evaluate_as(kind_of(op_fields[name]), value, {})
                except ArchcalcError as error:
                    self.errors.append(error)
            elif value is not None:
                arguments[name] = value
        whole = len(self.errors) == before and all(name in given or not is_required(op_fields[name]) for name in names)
        return Call(
            calls.OP,
            key.text,
            key.where,
            ready=op_class(**constants) if whole and not arguments else None,
            constants=constants,
            arguments=arguments,
            places={name: item.where for name, item in given.items()},
            cost=_cost(common, arguments),
            **common,
        )

    def _branches(
        self, key: Scalar, node: Sequence, common: dict[str, Any], least: int, most: int | None
    ) -> tuple[Body, ...]:
        if len(node.items) < least:
            message = f"{key.text} needs at least {least} branches, found {len(node.items)}"
            self._mistake(message, node.where, "[] is the identity")
        if most is not None and len(node.items) > most:
            message = f"{key.text} takes at most {most} branches, found {len(node.items)}"
            self._mistake(message, node.items[most].where)
        if len(common["sources"]) > 1:
            message = f"{key.text} has branches, which all run on one input, found {len(common['sources'])}"
            self._mistake(message, common["sources"][1].where)
        return tuple(self._body(item, "a branch") for item in node.items)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _cost(common: dict[str, Any], arguments: dict[str, Value]) -> int:
    return max(1, len(common["sources"])) + cost((*arguments.values(), common["repeat"], common["when"]))
