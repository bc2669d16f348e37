"""Devices to bound the running time of a network on: one YAML file each, beside this one or the user's own.

A file has a `name`, a `source`, the `peak` operations a second of each dtype (dense, at best; 1 MAC is 2 FLOP), the
`bandwidth` of the memory that tensors lie in, and optionally `notes` and the `overhead`, which every layer costs at
least; see the files here for examples.
"""

from __future__ import annotations

import os

from archcalc.analysis.device import Device
from archcalc.analysis.dtypes import BITS
from archcalc.analysis.quantities import read_quantity, written_quantity
from archcalc.errors import ArchcalcError, Mistakes, did_you_mean, nearest, raise_all
from archcalc.graph.table import Column, Table
from archcalc.spec.locate import read_file
from archcalc.spec.read import Mapping, Scalar, Sequence, kind_of, read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.analysis.device import Rate
    from archcalc.spec.read import Node

KEYS = ("name", "source", "peak", "bandwidth", "overhead", "notes")
REQUIRED = KEYS[:4]
FOLDER = os.path.dirname(os.path.abspath(__file__))


def device_names() -> list[str]:
    """The names of the devices that come with archcalc, sorted.

    >>> "nvidia-v100-sxm2" in device_names()
    True
    """
    return sorted(name[:-5] for name in os.listdir(FOLDER) if name.endswith(".yaml"))


def find_device(name: str | os.PathLike[str]) -> Device:
    """The device of a file, or of this name; a path wins. Raises ArchcalcError with all mistakes of the file.

    >>> find_device("nvidia-v100-sxm2").peak["float32"]
    15700000000000
    """
    wanted = os.fspath(name) if isinstance(name, (str, os.PathLike)) else ""
    if not wanted or not isinstance(wanted, str) or "\0" in wanted:
        raise ArchcalcError(f"'{name!s}' is no device, expected a file or a name")
    names = device_names()
    if not os.path.exists(wanted) or (wanted in names and os.path.isdir(wanted)):
        if wanted not in names:
            raise _unknown(wanted, names)
        wanted = os.path.join(FOLDER, f"{wanted}.yaml")
    return read_device(read_file(wanted), wanted)


def _unknown(name: str, names: list[str]) -> ArchcalcError:
    if os.sep in name or name.endswith((".yaml", ".yml")):
        return ArchcalcError(f"there is no file '{name}'")
    hint = f"did you mean '{nearest(name, names)}'?" if nearest(name, names) else f"there are: {', '.join(names)}"
    return ArchcalcError(f"there is no file '{name}' and no device of that name", hint=hint)


def read_device(text: str, file: str = "<text>") -> Device:
    """The device that a YAML text describes; raises ArchcalcError with all its mistakes, each with its place.

    >>> read_device("{name: a, source: b, peak: {float32: 2 kFLOP/s}, bandwidth: 1 kB/s}").bandwidth
    1000
    """
    root = read_text(text, file, f"a device; its keys: {', '.join(KEYS)}")
    if not isinstance(root, Mapping):
        raise ArchcalcError(f"found {kind_of(root)}, expected a device", root.where, f"its keys: {', '.join(KEYS)}")
    errors = Mistakes()
    nodes = _known(root, KEYS, "a device", errors)
    for key in REQUIRED:
        if key not in nodes and not errors:
            errors.append(ArchcalcError(f"the key '{key}' is missing", root.where))
    name, source = (_text(nodes[key], key, errors) if key in nodes else "" for key in ("name", "source"))
    peak = _peak(nodes["peak"], errors) if "peak" in nodes else {}
    bandwidth = _quantity(nodes["bandwidth"], "B/s", errors) if "bandwidth" in nodes else 1
    overhead = _quantity(nodes["overhead"], "s", errors) if "overhead" in nodes else None
    notes = _notes(nodes["notes"], errors) if "notes" in nodes else ()
    raise_all(errors)
    return Device(name, source, peak, bandwidth, overhead, notes)


def _known(node: Mapping, keys: tuple[str, ...], what: str, errors: Mistakes) -> dict[str, Node]:
    for key, _ in node.pairs:
        if key.text not in keys:
            hint = did_you_mean(key.text, keys)
            errors.append(ArchcalcError(f"{what} has no '{key.text}'", key.where, hint))
    return {key.text: value for key, value in node.pairs if key.text in keys}


def _text(node: Node, key: str, errors: Mistakes) -> str:
    if isinstance(node, Scalar) and not node.is_empty and node.text.strip():
        if not node.text.isprintable():
            errors.append(ArchcalcError(f"{key} holds a line break or control character", node.where))
        return node.text
    errors.append(ArchcalcError(f"found {kind_of(node)}, expected {key} as text", node.where))
    return ""


def _quantity(node: Node, unit: str, errors: Mistakes) -> Rate:
    try:
        return read_quantity(node.text if isinstance(node, Scalar) and not node.is_empty else kind_of(node), unit)
    except ArchcalcError as error:
        errors.append(ArchcalcError(error.message, node.where, error.hint))
        return 1


def _peak(node: Node, errors: Mistakes) -> dict[str, Rate]:
    if not isinstance(node, Mapping) or not node.pairs:
        hint = "write for example: peak: {float32: 15.7 TFLOP/s}"
        errors.append(ArchcalcError(f"found {kind_of(node)}, expected a rate for each dtype", node.where, hint))
        return {}
    rates = _known(node, tuple(BITS), "peak", errors)
    return {dtype: _quantity(rate, "FLOP/s", errors) for dtype, rate in rates.items()}


def _notes(node: Node, errors: Mistakes) -> tuple[str, ...]:
    if isinstance(node, Sequence):
        return tuple(_text(item, "a note", errors) for item in node.items)
    errors.append(ArchcalcError(f"found {kind_of(node)}, expected a list of notes", node.where))
    return ()


def devices_table() -> Table:
    """The devices that come with archcalc, one a row."""
    rows = []
    for name in device_names():
        device = find_device(name)
        peak = {dtype: written_quantity(rate, "FLOP/s") for dtype, rate in device.peak.items()}
        overhead = None if device.overhead is None else written_quantity(device.overhead, "s")
        bandwidth = written_quantity(device.bandwidth, "B/s")
        rows.append((name, device.name, peak, bandwidth, overhead, device.source))
    columns = (
        Column("name", "device", "what --device takes"),
        Column("full_name", "full name", "the maker's name"),
        Column("peak", "peak", "most operations a second of each dtype, dense; 1 MAC is 2 FLOP"),
        Column("bandwidth", "bandwidth", "of the memory"),
        Column("overhead", "overhead", "what every layer costs at least, if that is known"),
        Column("source", "source", "where the numbers are from"),
    )
    facts = {"name": "Devices that come with archcalc", "source": f"{len(rows)} files"}
    units = "published peaks, without sparsity; no device reaches them in real runs"
    return Table(facts, columns, tuple(rows), units=units, rows_name="devices")
