"""The zoo as a table: every network that comes with archcalc, with what it costs."""

from __future__ import annotations

from archcalc.analysis import Analysis, Settings
from archcalc.analysis.facts import units
from archcalc.errors import ArchcalcError, did_you_mean
from archcalc.graph.table import Column, Table
from archcalc.render.shown import Shown
from archcalc.spec import load
from archcalc.spec.locate import zoo_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from matplotlib.figure import Figure

    from archcalc.graph.graph import Graph

# Networks whose names a picture has beside them, as far as there is room: those of lectures first.
_NOTABLE = (
    "alexnet",
    "vgg16",
    "googlenet",
    "resnet50",
    "lenet5",
    "mobilenet_v1",
    "densenet121",
    "efficientnet_b0",
    "vit_b_16",
    "mask_rcnn",
    "unet",
    "squeezenet1_0",
    "perceptron",
    "efficientnet_b7",
    "yolo_v1",
    "shufflenet_v2",
    "dqn",
    "nfnet_f6",
)

_TOTALS = ("params", "buffers", "macs", "activations", "depth")


class Zoo(Shown):
    """The networks of the zoo, or those of one family; `networks` has a dict for each.

    >>> [network["params"] for network in zoo("DQN").networks]
    [1693362]
    """

    def __init__(self, graphs: dict[str, Graph]):
        self.graphs = graphs

    @property
    def networks(self) -> list[dict[str, Any]]:
        """One dict a network, under the names of the columns."""
        return self.table().records()

    def table(self) -> Table:
        """A row a network: what it is, and its totals for one example at the spec's own settings."""
        rows: list[tuple[Any, ...]] = []
        columns: tuple[Column, ...] = ()
        for name, graph in self.graphs.items():
            analysis = Analysis(graph, Settings())
            totals = [analysis.total(column) for column in _TOTALS]
            columns = tuple(analysis.columns[column] for column in _TOTALS)
            shapes = [list(layer.output.shape) for layer in graph.inputs]
            shape = shapes[0] if len(shapes) == 1 else shapes
            rows.append((name, graph.family, graph.year, shape, *totals, f"{graph.name}: {graph.source}"))
        return Table(
            {"name": "The zoo of archcalc", "source": f"{len(rows)} networks"},
            (
                Column("name", "network", "name of the spec"),
                Column("family", "family", "what related networks have in common"),
                Column("year", "year", "year of the publication", is_label=True),
                Column("input", "input", "channels, then spatial sizes, per example"),
                *columns,
                Column("source", "source", "name of the network, and where it is defined"),
            ),
            tuple(rows),
            units=f"totals of one example, with the vars as in the spec; convention macs: {units(Settings())}",
            rows_name="networks",
        )

    def plot(self) -> Figure:
        """A picture of the networks: MACs to the right, parameters upwards, activations as area, families as colors.

        >>> zoo("DQN").plot().axes[0].get_xlabel()
        'macs [MAC]'
        """
        from archcalc.plots.zoo import Network, zoo

        networks = [Network(*(row[name] for name in Network._fields)) for row in self.networks]
        families = {network.family for network in networks}
        named = [network.name for network in networks] if len(families) == 1 else _NOTABLE
        return zoo(
            networks,
            named=named,
            title="Networks of the zoo" if len(families) > 1 else f"{networks[0].family} in the zoo",
            note="of one example, at the input size of the spec; area: activations; 1 MAC is 2 FLOP",
        )


def zoo(family: str | None = None) -> Zoo:
    """The zoo, or one family of it, whatever the case of its letters; raises ArchcalcError if there is none.

    >>> "vgg16" in zoo().graphs
    True
    """
    graphs = {name: load(name) for name in zoo_names()}
    if family is None:
        return Zoo(graphs)
    chosen = {name: graph for name, graph in graphs.items() if graph.family.casefold() == str(family).casefold()}
    if not chosen:
        families = sorted({graph.family for graph in graphs.values() if graph.family})
        raise ArchcalcError(f"the zoo has no family '{family}'", hint=did_you_mean(str(family), families))
    return Zoo(chosen)
