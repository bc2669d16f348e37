"""A network, unfolded: every layer once, in an order in which inputs come before their users."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.errors import ArchcalcError, did_you_mean
from archcalc.graph.op import EACH, NO_WORK, SAVES_NOTHING, STORED, WEIGHT, Example, Saved, Window, Work
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from archcalc.errors import Place
    from archcalc.graph.op import Op, Weight
    from archcalc.graph.tensor import Tensor


@dataclass(frozen=True)
class Input:
    """An input of the network; it stores its values and computes nothing."""

    tensor: Tensor

    arity = (0, 0)
    storage = STORED
    examples: tuple[Example, ...] = ()

    def output(self) -> Tensor:
        return self.tensor

    def weights(self) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor) -> Work:
        return NO_WORK

    def saves(self, output: Tensor) -> tuple[Saved, ...]:
        return SAVES_NOTHING

    def window(self, output: Tensor) -> Window | str:
        return EACH


class Layer(Record):
    """One layer of a network: its op, where its inputs come from, its output shape and its weights.

    `path` is unique and dotted; `inputs` are indices into `Graph.layers`, and so is `owner`: the layer whose
    weights this one uses, None if they are its own.
    """

    path: str
    op_name: str
    op: Op
    inputs: tuple[int, ...]
    output: Tensor
    weights: tuple[Weight, ...]
    where: Place
    owner: int | None = None

    @property
    def has_weights(self) -> bool:
        """Whether it weighs its input: what counts as a layer in "a network of 16 layers"."""
        return any(weight.role == WEIGHT for weight in self.weights)


@dataclass(frozen=True)
class Graph:
    """A network: layers in order of execution (the inputs first), and which of them are outputs.

    `groups` maps the path of every block, sequence and repetition to the word that the spec used for it.
    `arguments` maps the path of every block that took arguments to their values.
    `vars` holds the values of the spec's knobs that this network was built with, and what was given for single
    places beside them (`input[1]`); `choices` what those vars may be that a spec limits. `year`, `family`
    and `notes` are what the spec says about the network, if it does.
    """

    name: str
    source: str
    vars: Mapping[str, Any]
    choices: Mapping[str, Sequence[Any]]
    layers: tuple[Layer, ...]
    outputs: tuple[int, ...]
    groups: Mapping[str, str]
    arguments: Mapping[str, Mapping[str, Any]]
    year: int | None = None
    family: str = ""
    notes: tuple[str, ...] = ()

    def layer(self, path: str) -> Layer:
        """The layer with this dotted path; raises ArchcalcError if there is none."""
        for layer in self.layers:
            if layer.path == path:
                return layer
        raise ArchcalcError(f"no layer '{path}'", hint=did_you_mean(str(path), (layer.path for layer in self.layers)))

    @property
    def inputs(self) -> tuple[Layer, ...]:
        """The layers that stand for the network's inputs."""
        return tuple(layer for layer in self.layers if type(layer.op) is Input)

    def input_tensors(self, layer: Layer) -> tuple[Tensor, ...]:
        """What flows into a layer."""
        return tuple([self.layers[index].output for index in layer.inputs])

    def unused(self) -> tuple[Layer, ...]:
        """The layers, inputs among them, that no output of the network depends on."""
        used = set(self.outputs)
        for index in range(len(self.layers) - 1, -1, -1):
            if index in used:
                used.update(self.layers[index].inputs)
        return tuple(layer for index, layer in enumerate(self.layers) if index not in used)
