"""Counts proven by execution: a network runs through its kernels, what they observe is held against formulas."""

from __future__ import annotations

from fnmatch import fnmatchcase

from archcalc.analysis import Analysis, Settings, whole_batch
from archcalc.analysis.facts import facts, units
from archcalc.analysis.work import KINDS
from archcalc.errors import ArchcalcError, did_you_mean
from archcalc.graph.graph import Graph, Input
from archcalc.spec import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from archcalc.verification.comparison import Expected, Verification

# The columns of the analyses that an execution observes, by the kind of work.
_WORK = {kind: column for column, kind in KINDS.items()}


def verify(
    network: Graph | str | PathLike[str],
    /,
    batch: int = 1,
    exhaustive: bool = False,
    layers: str = "*",
    progress: Callable[[int, int, str], None] | None = None,
) -> Verification:
    """Execute a network, or the spec of this path or name, and compare everything counted with the formulas.

    `exhaustive` uses the plain loops of the reference kernels throughout; `layers` is a pattern of paths (`conv2.*`)
    that selects; `progress` is told before each layer: how many are done, how many there are, its path.
    Raises ArchcalcError if the network does not fit into memory, or if numba is not installed.

    >>> verify("lenet5", layers="c1").totals["macs_executed"]
    117600
    """
    graph = network if isinstance(network, Graph) else load(network)
    settings = Settings(whole_batch(batch))
    chosen = _chosen(graph, layers)
    expected = _expected(graph, settings, len(chosen) == len(graph.layers))
    _require_numba()
    import psutil

    from archcalc.verification.comparison import Verification, check
    from archcalc.verification.execution import Execution, needed_bytes, require_memory
    from archcalc.verification.fields import compare_fields

    require_memory(needed_bytes(graph, batch, chosen), psutil.virtual_memory().available)
    fields = compare_fields(graph)
    execution = Execution(graph, batch, exhaustive, chosen)
    checks = []
    if progress is not None:
        progress(0, len(chosen), graph.layers[min(chosen)].path)
    for done, (index, seen) in enumerate(execution, start=1):
        checks.append(check(expected[index], seen, fields[index]))
        if progress is not None:
            progress(done, len(chosen), graph.layers[index].path)
    return Verification(facts(graph, settings), units(settings), tuple(checks), execution.peak_bytes)


def _require_numba() -> None:
    try:
        import numba  # noqa: F401
        import psutil  # noqa: F401
    except ImportError as error:
        hint = "install it with: pip install 'archcalc[verify]'"
        raise ArchcalcError(f"executing a network needs {error.name}, which is not installed", hint=hint) from None


def _chosen(graph: Graph, pattern: str) -> set[int]:
    paths = [layer.path for layer in graph.layers]
    chosen = {index for index, path in enumerate(paths) if fnmatchcase(path, pattern)}
    if not chosen:
        raise ArchcalcError(f"no layer matches '{pattern}'", hint=did_you_mean(pattern, paths))
    return chosen


def _expected(graph: Graph, settings: Settings, is_whole: bool) -> list[Expected]:
    """What the formulas say of every layer; raises ArchcalcError if they do not give one number each."""
    from archcalc.verification.comparison import Expected

    analysis = Analysis(graph, settings)
    analysis.require((*_WORK.values(), "activations", "peak_memory"))
    result = []
    for index, layer in enumerate(graph.layers):
        work = {kind: analysis.values[column][index] for kind, column in _WORK.items()}
        is_input = type(layer.op) is Input
        examples = layer.output.regions * settings.batch
        if type(examples) is not int or any(type(n) is not int for n in (*layer.output.shape, *work.values())):
            raise ArchcalcError(f"the size of {layer.path} is {layer.output}: one network has to have one number each")
        weights = {weight.name: int(weight.elements) for weight in layer.weights}
        stored = analysis.values["activations"][index]
        op_name = "input" if is_input else layer.op_name
        owns = layer.owner is None
        alive = analysis.values["peak_memory"][index] if is_whole else None  # of a part alone, less is alive
        result.append(Expected(layer.path, op_name, layer.output.shape, examples, work, weights, stored, owns, alive))
    return result
