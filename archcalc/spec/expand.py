"""Carrying out a program: vars get values, blocks and repetitions unfold, and every layer gets its shape.

A mistake in one layer leaves its output unknown (None); what depends on it is passed over without a
further complaint, and everything else is still checked, so that all mistakes are reported at once.
"""

from __future__ import annotations

from archcalc import algebra
from archcalc.algebra import Undecided
from archcalc.algebra.plain import describe
from archcalc.errors import ArchcalcError, EndOfSearch, did_you_mean, raise_all
from archcalc.graph.graph import Graph, Input, Layer
from archcalc.graph.kinds import SIZE
from archcalc.graph.op import ShapeError, require_equal_regions
from archcalc.graph.tensor import Tensor, checked
from archcalc.spec import calls
from archcalc.spec.expressions import IN_CHANNELS, IN_SIZE, INDEX, UNKNOWN, Unknown
from archcalc.spec.knobs import evaluate_vars
from archcalc.spec.making import attribute_names, make
from archcalc.spec.operators import truth
from archcalc.spec.places import Places
from archcalc.spec.program import compile_document
from archcalc.spec.scope import Scope
from archcalc.spec.sharing import Made, one_of, share
from archcalc.spec.values import evaluate, fill, read_as

TYPE_CHECKING = False
if TYPE_CHECKING:
    import collections.abc
    from typing import Any

    from archcalc.errors import Place
    from archcalc.spec.calls import Body, Call, Value
    from archcalc.spec.document import Document
    from archcalc.spec.program import Program

MAX_STEPS = 200_000  # layers, blocks and repetitions, skipped ones too
MAX_NESTING = 64  # blocks, sequences and branches inside one another


def expand(document: Document, overrides: collections.abc.Mapping[str, Any]) -> Graph:
    """The network of a document with these values for its vars; raises ArchcalcError, all mistakes at once."""
    errors = document.errors
    builder = None
    try:
        program = compile_document(document)
        values = evaluate_vars(program, overrides, errors)
        builder = _Builder(program, *values, Places(overrides, errors), errors)
        builder.run()
        if not errors:
            builder.places.refuse_unmet(program.inputs, (*builder.paths, *builder.groups), errors)
    except EndOfSearch:
        pass
    raise_all(errors)
    assert builder is not None  # noqa: S101 - or else there were errors
    layers, outputs = tuple(builder.layers), builder.outputs()
    said = document.year, document.family, document.notes
    knobs = {**builder.vars, **builder.places.values}
    found = layers, outputs, builder.groups, builder.arguments
    return Graph(document.name, document.source, knobs, builder.choices, *found, *said)


class _Builder:
    def __init__(
        self,
        program: Program,
        env: dict[str, Any],
        choices: dict[str, list[Any]],
        places: Places,
        errors: list[ArchcalcError],
    ):
        self.program = program
        self.choices = choices
        self.places = places
        self.vars = env
        self.env = {**program.words, **env}
        self.errors = errors
        self.reported = {error.where for error in errors}
        self.nesting = 0
        self.failures = 0  # calls that gave no result, for a mistake in them or in what they need
        self.layers: list[Layer] = []
        self.groups: dict[str, str] = {}
        self.arguments: dict[str, dict[str, Any]] = {}
        self.paths: dict[str, Place] = {}
        self.counters: dict[str, int] = {}
        self.heads: list[int] = []
        self.end: int | None = None
        self.steps = 0

    def run(self) -> None:
        scope = Scope(dict(self.env), is_block=False)
        for name, value in self.program.inputs.items():
            scope.names[name] = None if value is None else self._input(name, value)
        self.end = self._body(self.program.body, "", scope, next(iter(scope.names.values())))

    def outputs(self) -> tuple[int, ...]:
        """Indices of the network's outputs: the end of the main path, then the heads."""
        ends = ([] if self.end is None else [self.end]) + self.heads
        return tuple(dict.fromkeys(ends))

    def _input(self, name: str, value: Value) -> int | None:
        try:
            shape = evaluate(value, self.env)
            sizes = shape if isinstance(shape, list) else [shape]
            if not sizes:
                raise ArchcalcError("found an empty list, expected [channels, *spatial sizes]", value.where)
            sizes = self.places.sizes(name, sizes, value.where)
            items = value.items or (value,) * len(sizes)
            if len(items) != len(sizes):
                items = (value,) * len(sizes)
            channels, *size = [read_as(SIZE, found, item) for found, item in zip(sizes, items, strict=True)]
            tensor = checked(Tensor(channels, tuple(size)))
        except Unknown:
            return None
        except ArchcalcError as error:
            self._report(
                ArchcalcError(error.message.replace("the output", "the input"), error.where, error.hint), value.where
            )
            return None
        self.paths[name] = value.where
        self.layers.append(Layer(name, "input", Input(tensor), (), tensor, (), value.where))
        return len(self.layers) - 1

    def _report(self, error: ArchcalcError, where: Place) -> None:
        """Collect a mistake, the first one at its place: what is written once needs to be said once."""
        for single in error.errors:
            placed = _placed(single, where)
            if placed.where not in self.reported:
                self.reported.add(placed.where)
                self.errors.append(placed)

    def _body(self, body: Body, prefix: str, scope: Scope, current: int | None) -> int | None:
        if self.nesting == MAX_NESTING:
            for call in body.calls[:1]:
                self._report(ArchcalcError(f"layers are nested deeper than {MAX_NESTING} levels"), call.where)
            return None
        self.nesting += 1
        for call in body.calls:
            try:
                current = self._call(call, body, prefix, scope, current)
            except (Unknown, ArchcalcError) as error:
                self.failures += 1
                if isinstance(error, ArchcalcError):
                    self._report(error, call.where)
                self._forget(call, scope)
                current = current if call.kind == calls.HEAD else None
        self.nesting -= 1
        return current

    def _forget(self, call: Call, scope: Scope) -> None:
        """Let the names that a call and its bodies give exist, so that their use is no further mistake."""
        if call.name is not None:
            if call.name.is_constant:
                scope.names[call.name.text] = None
            else:
                scope.is_partial = True
        for body in call.bodies or ():
            for inner in body.calls:
                self._forget(inner, scope)

    def _step(self, where: Place, steps: int) -> None:
        self.steps += steps
        if self.steps > MAX_STEPS:
            self._report(ArchcalcError(f"the network unfolds to more than {MAX_STEPS:,} layers"), where)
            raise EndOfSearch

    def _call(self, call: Call, body: Body, prefix: str, scope: Scope, current: int | None) -> int | None:
        env = scope.env
        if call.is_broken:
            raise Unknown
        if call.repeat is None:
            starts = self._starts(call, call.sources, scope, current)
            result = current if starts is None else self._once(call, body, prefix, scope, starts, None)
        else:
            self._arrive(env, current)
            count = self._count(call.repeat, env)
            outer = env.get(INDEX)
            group = None
            if call.name is None or call.name.is_constant:
                group = self._path(call, body, prefix, env)
                self.groups[group] = f"{call.target} x{count}"
                if count and call.name is not None:
                    scope.made[call.name.text] = {}  # not those of an earlier time, if it lies in a repeated sequence
            result = self._repeat(call, body, prefix, scope, current, count, group)
            if outer is None:
                env.pop(INDEX, None)
            else:
                env[INDEX] = outer
            if count and group is not None and call.name is not None:
                scope.names[call.name.text] = result
        return current if call.kind == calls.HEAD else result

    def _repeat(
        self, call: Call, body: Body, prefix: str, scope: Scope, current: int | None, count: int, group: str | None
    ) -> int | None:
        """The result of the last repetition; each goes on from the one before, save that heads all begin alike."""
        sources = call.sources
        is_fixed = bool(sources) and not any(template.reads(INDEX) for template in sources)
        if is_fixed and len(sources) > 1 and count > 1:
            message = "with 'repeat', 'from' must name one layer, or hold i in braces"
            raise ArchcalcError(message, sources[1].where)
        result = current
        for index in range(count):
            scope.env[INDEX] = index
            starts = self._starts(call, sources, scope, current)
            if starts is not None:
                path = None if group is None else f"{group}.{index}"
                result = self._once(call, body, prefix, scope, starts, path)
                if call.kind != calls.HEAD:
                    current = result
                    sources = () if is_fixed else sources
        return result

    def _count(self, repeat: Value, env: dict[str, Any]) -> int:
        found = evaluate(repeat, env)
        if isinstance(found, (bool, str, list)):
            raise ArchcalcError(f"found {describe(found)}, expected a whole number of repetitions", repeat.where)
        try:
            count = algebra.settled(algebra.dimension(found))
        except ArchcalcError as error:
            raise ArchcalcError(error.message, repeat.where, error.hint) from None
        if type(count) is not int:
            raise ArchcalcError(
                f"'repeat' decides the structure, so it cannot be {found}", repeat.where, "give it one whole number"
            )
        if not 0 <= count <= MAX_STEPS:
            raise ArchcalcError(f"found {describe(count)} repetitions, expected 0 to {MAX_STEPS:,}", repeat.where)
        return count

    def _starts(
        self, call: Call, templates: tuple[calls.Template, ...], scope: Scope, current: int | None
    ) -> list[int | None] | None:
        """What flows into one repetition of a call; None if its `when` switches it off.

        A `when` that does not ask what arrives is asked first: the sources of what is left out need not exist.
        """
        self._step(call.where, call.cost)
        when = call.when
        asks_first = when is not None and not when.reads(IN_CHANNELS, IN_SIZE)
        if when is not None and asks_first and not self._holds(when, scope.env):
            return None
        starts: list[int | None] = [current]
        if templates:
            self._arrive(scope.env, current)
            starts = [self._named(template, scope) for template in templates]
        self._arrive(scope.env, starts[0])
        if when is not None and not asks_first and not self._holds(when, scope.env):
            return None
        return starts

    def _once(
        self, call: Call, body: Body, prefix: str, scope: Scope, sources: list[int | None], path: str | None
    ) -> int | None:
        """One repetition: from where it starts to its result; with a name of its own unless `path` is given."""
        env = scope.env
        named = path is None and call.name is not None
        group = None if path is None else path.rpartition(".")[0]
        if path is None:
            path = self._path(call, body, prefix, env)
        first, failures = len(self.layers), self.failures
        if call.kind == calls.OP:
            result = self._op(call, path, group, scope, sources)
        elif call.kind == calls.BLOCK:
            result = self._block(call, path, group, scope, sources)
        else:
            self.groups.setdefault(path, call.target)
            result = self._body(call.bodies[0], path + ".", scope, sources[0]) if call.bodies else sources[0]
            if call.kind == calls.HEAD and result is not None:
                self.heads.append(result)
        made = Made(path, first, len(self.layers), self.failures == failures)
        if call.shares is not None and result is not None and made.is_whole:
            share(self.layers, made, self._owner(call.shares, call, scope), call.shares.where)
        if call.name is not None:
            name = fill(call.name, env)
            if named:
                scope.names[name] = result
                scope.made[name] = made
            else:
                repetitions = scope.made.get(name)
                if not isinstance(repetitions, dict):
                    repetitions = scope.made[name] = {}
                repetitions[env[INDEX]] = made
        return result

    def _owner(self, template: calls.Template, call: Call, scope: Scope) -> Made:
        """What a call shares its weights with; if that was repeated, its repetition of the same number."""
        if self._named(template, scope) is None:
            raise Unknown
        name = fill(template, scope.env)
        if name not in scope.made:
            raise ArchcalcError(f"'{name}' is an input: it has no weights to share", template.where)
        owner = one_of(scope.made[name], name, None if call.repeat is None else scope.env[INDEX], template.where)
        if not owner.is_whole:
            raise Unknown
        return owner

    def _arrive(self, env: dict[str, Any], index: int | None) -> None:
        """Let `in_channels` and `in_size` speak of the tensor that arrives."""
        if index is None:
            env[IN_CHANNELS] = env[IN_SIZE] = UNKNOWN
        else:
            tensor = self.layers[index].output
            env[IN_CHANNELS] = tensor.channels
            env[IN_SIZE] = list(tensor.size)

    def _holds(self, when: Value, env: dict[str, Any]) -> bool:
        found = evaluate(when, env)
        try:
            return truth(found)
        except Undecided as error:
            hint = "'when' decides the structure, so it needs one answer"
            raise ArchcalcError(error.message, when.where, hint) from None
        except ArchcalcError as error:
            raise ArchcalcError(error.message, when.where, error.hint) from None

    def _named(self, template: calls.Template, scope: Scope) -> int | None:
        name = fill(template, scope.env)
        if name in scope.names:
            return scope.names[name]
        if scope.is_partial:
            raise Unknown
        hint = did_you_mean(name, scope.names)
        raise ArchcalcError(
            f"the name '{name}' is used before it exists, or was skipped by a 'when'", template.where, hint
        )

    def _path(self, call: Call, body: Body, prefix: str, env: dict[str, Any]) -> str:
        """A dotted path of its own: by its name, or by its op with a counter."""
        if call.name is not None:
            path = prefix + fill(call.name, env)
            if path in self.paths:
                first = self.paths[path]
                raise ArchcalcError(f"the name '{path}' is already taken", call.name.where, f"the first is at {first}")
        else:
            path = prefix + call.target
            while path in self.paths or path[len(prefix) :] in body.names:
                number = self.counters.get(prefix + call.target, 1) + 1
                self.counters[prefix + call.target] = number
                path = f"{prefix}{call.target}_{number}"
        self.paths[path] = call.where
        return path

    def _op(self, call: Call, path: str, group: str | None, scope: Scope, sources: list[int | None]) -> int | None:
        given = self.places.arguments(path, group, attribute_names(call), call.where) if self.places else {}
        op = call.ready if call.ready and not given else make(call, scope.env, given)
        if call.bodies is not None:
            if call.sources and len(sources) > 1:
                raise Unknown
            sources = [
                self._body(branch, f"{path}.{index}.", scope, sources[0]) for index, branch in enumerate(call.bodies)
            ]
        indices = [index for index in sources if index is not None]
        if len(indices) != len(sources):
            raise Unknown
        inputs = [self.layers[index].output for index in indices]
        try:
            require_equal_regions(call.target, inputs)
            output = checked(op.output(*inputs))
            weights = op.weights(*inputs)
        except ArchcalcError as error:
            attribute = error.attribute if isinstance(error, ShapeError) else None
            place = call.places.get(attribute or "", call.where)
            message = f"{error.message}, in {path}" if scope.is_block else error.message
            raise ArchcalcError(message, place, error.hint) from None
        self.layers.append(Layer(path, call.target, op, tuple(indices), output, weights, call.where))
        return len(self.layers) - 1

    def _block(self, call: Call, path: str, group: str | None, scope: Scope, sources: list[int | None]) -> int | None:
        block = self.program.blocks[call.target]
        if block.is_broken:
            raise Unknown
        self.groups[path] = call.target
        self._step(call.where, block.cost + len(self.env) // 64)
        inner = Scope(dict(self.env), is_block=True)
        if call.repeat is not None:
            inner.env[INDEX] = scope.env[INDEX]
        self._arrive(inner.env, sources[0])
        given = self.places.arguments(path, group, block.arguments, call.where) if self.places else {}
        for name, default in block.arguments.items():
            written = call.arguments.get(name)
            if name in given:
                inner.env[name] = given[name]
            elif written is not None:
                inner.env[name] = evaluate(written, scope.env)
            elif default is not None:
                inner.env[name] = evaluate(default, inner.env)
        if block.arguments:
            self.arguments[path] = {name: inner.env.get(name) for name in block.arguments}
        if block.inputs:
            inner.names.update(zip(block.inputs, sources, strict=True))
        return self._body(block.body, path + ".", inner, sources[0])


def _placed(error: ArchcalcError, where: Place) -> ArchcalcError:
    return error if error.where is not None else ArchcalcError(error.message, where, error.hint)
