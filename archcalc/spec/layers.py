"""A list of layers -> calls, each checked against the op or block that it names.

Everything that can be known without shapes is checked here, in blocks that are never used too: unknown
ops, attributes and names, missing and surplus arguments, constant values of the wrong kind.
"""

from __future__ import annotations

from dataclasses import fields

from archcalc.errors import ArchcalcError, Place, did_you_mean
from archcalc.graph.kinds import is_required, kind_of
from archcalc.ops import OPS, find
from archcalc.spec import calls, read
from archcalc.spec.calls import Body, Call, Value
from archcalc.spec.read import Mapping, Scalar, Sequence
from archcalc.spec.values import evaluate_as, read_template, read_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.spec.calls import Signature, Template
    from archcalc.spec.read import Node

MODIFIERS = ("name", "from", "repeat", "when")
GROUPS = (calls.SEQUENCE, calls.HEAD)


class Reader:
    """Reads the layers of one block, or of the network itself, and collects every mistake.

    `signatures` are those of all blocks; `known` the names that expressions may read here; `defined` and
    `wanted` the names that layers are given and that a `from` asks for; `used` the blocks that are called.
    """

    def __init__(self, signatures: dict[str, Signature], known: set[str], errors: list[ArchcalcError]):
        self.signatures = signatures
        self.known = known
        self.errors = errors
        self.defined: dict[str, Place] = {}
        self.has_templates = False
        self.wanted: list[Template] = []
        self.used: dict[str, Place] = {}

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
        for item in node.items:
            try:
                found.append(self._call(item))
            except ArchcalcError as error:
                self.errors.extend(error.errors)
        names = frozenset(call.name.text for call in found if call.name is not None and call.name.is_constant)
        return Body(tuple(found), names)

    def _is_known(self, word: str) -> bool:
        return word in OPS or word in self.signatures or word in GROUPS

    def _call(self, node: Node) -> Call:
        if isinstance(node, Scalar) and not node.is_empty:
            return self._target(node, None, {})
        if not isinstance(node, Mapping):
            hint = "a branch or a nested list belongs into add, concat, multiply or sequence"
            raise ArchcalcError(f"found {read.kind_of(node)}, expected a layer: an op or a block", node.where, hint)
        modifiers = {key.text: value for key, value in node.pairs if key.text in MODIFIERS}
        targets = [(key, value) for key, value in node.pairs if key.text not in MODIFIERS]
        if not targets:
            raise ArchcalcError("this layer names no op and no block", node.where, "write for example: - conv: {...}")
        known = [pair for pair in targets if self._is_known(pair[0].text)]
        if len(known) > 1:
            first, second = known[0][0].text, known[1][0]
            hint = f"begin '{second.text}' with a '- ' of its own"
            raise ArchcalcError(f"one layer names both '{first}' and '{second.text}'", second.where, hint)
        key, value = (known or targets)[0]
        for other, _ in targets:
            if other is not key:
                self._mistake(
                    f"unknown key '{other.text}' beside '{key.text}'", other.where, self._beside(key.text, other.text)
                )
        return self._target(key, value, modifiers)

    def _beside(self, target: str, word: str) -> str:
        """The likely fix for a key that stands beside an op or block."""
        if word in self._argument_names(target):
            return f"it is an argument of {target}: indent it, or write {target}: {{{word}: ...}}"
        return did_you_mean(word, MODIFIERS)

    def _argument_names(self, target: str) -> tuple[str, ...]:
        if target in self.signatures:
            return self.signatures[target].arguments
        return tuple(op_field.name for op_field in fields(find(target))) if target in OPS else ()

    def _target(self, key: Scalar, node: Node | None, modifiers: dict[str, Node]) -> Call:
        name = key.text
        common = self._modifiers(modifiers)
        inner = {*self.known, "i"} if "repeat" in modifiers else self.known
        outer, self.known = self.known, inner
        try:
            if name in GROUPS:
                return Call(name, name, key.where, bodies=(self._body(node or key, f"the {name}"),), **common)
            if name in self.signatures:
                return self._block(key, node, common)
            if name not in OPS:
                hint = did_you_mean(name, (*OPS, *self.signatures, *GROUPS))
                raise ArchcalcError(f"unknown op or block '{name}'", key.where, hint)
            return self._op(key, node, common)
        finally:
            self.known = outer

    def _modifiers(self, nodes: dict[str, Node]) -> dict[str, Any]:
        counted = {*self.known, "i"} if "repeat" in nodes else self.known
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
        return {
            "name": name,
            "sources": tuple(sources),
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

    def _template(self, node: Node, known: set[str]) -> Template | None:
        try:
            return read_template(node, known)
        except ArchcalcError as error:
            self.errors.append(error)
            return None

    def _value(self, node: Node, known: set[str]) -> Value | None:
        try:
            return read_value(node, known)
        except ArchcalcError as error:
            self.errors.append(error)
            return None

    def _arguments(
        self, key: Scalar, node: Node | None, names: tuple[str, ...], lone_list: bool = False
    ) -> dict[str, Node]:
        """The nodes of arguments by name, from a mapping, a list of positional ones or a single value."""
        if node is None or (isinstance(node, Scalar) and node.is_empty):
            return {}
        if isinstance(node, Mapping):
            for name, _ in node.pairs:
                if name.text not in names:
                    hint = did_you_mean(name.text, names) if names else f"{key.text} takes none"
                    self._mistake(f"{key.text} has no argument '{name.text}'", name.where, hint)
            return {name.text: value for name, value in node.pairs if name.text in names}
        items = node.items if isinstance(node, Sequence) and not lone_list else (node,)
        if len(items) > len(names):
            hint = f"its arguments: {', '.join(names)}" if names else "it takes none"
            self._mistake(
                f"{key.text} takes at most {len(names)} arguments, found {len(items)}", items[len(names)].where, hint
            )
        return dict(zip(names, items, strict=False))

    def _missing(self, key: Scalar, name: str, names: tuple[str, ...]) -> None:
        self._mistake(f"{key.text} needs the argument '{name}'", key.where, f"its arguments: {', '.join(names)}")

    def _block(self, key: Scalar, node: Node | None, common: dict[str, Any]) -> Call:
        signature = self.signatures[key.text]
        self.used.setdefault(key.text, key.where)
        if len(common["sources"]) > signature.inputs:
            message = f"{key.text} takes {signature.inputs} input, found {len(common['sources'])}"
            self._mistake(message, common["sources"][signature.inputs].where, "name more in the block: inputs: [a, b]")
        given = self._arguments(key, node, signature.arguments)
        for name in signature.required:
            if name not in given:
                self._missing(key, name, signature.arguments)
        values = {name: self._value(item, self.known) for name, item in given.items()}
        arguments = {name: value for name, value in values.items() if value is not None}
        return Call(calls.BLOCK, key.text, key.where, arguments=arguments, **common)

    def _op(self, key: Scalar, node: Node | None, common: dict[str, Any]) -> Call:
        op_class = find(key.text)
        least, most = op_class.arity
        if least > 1 and isinstance(node, Sequence):
            return Call(
                calls.OP,
                key.text,
                key.where,
                ready=op_class(),
                bodies=self._branches(key, node, common, least),
                **common,
            )
        sources = common["sources"]
        if least > 1 and len(sources) < least:
            hint = f"give it branches, {key.text}: [[...], [...]], or names, from: [a, b]"
            self._mistake(f"{key.text} needs at least {least} inputs", key.where, hint)
        if most is not None and len(sources) > most:
            self._mistake(f"{key.text} takes {most} input, found {len(sources)}", sources[most].where)
        op_fields = {op_field.name: op_field for op_field in fields(op_class)}
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
            **common,
        )

    def _branches(self, key: Scalar, node: Sequence, common: dict[str, Any], least: int) -> tuple[Body, ...]:
        if len(node.items) < least:
            message = f"{key.text} needs at least {least} branches, found {len(node.items)}"
            self._mistake(message, node.where, "[] is the identity")
        if len(common["sources"]) > 1:
            message = f"{key.text} has branches, which all run on one input, found {len(common['sources'])}"
            self._mistake(message, common["sources"][1].where)
        return tuple(self._body(item, "a branch") for item in node.items)
