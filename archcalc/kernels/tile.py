"""A tile: sums of 14 positions by 32 filters, which a kernel holds in registers while it steps through the channels.

Each function is given twice: in Python, which says what it does and runs where numba is switched off, and in LLVM's
vector instructions, which numba compiles. LLVM fits the vectors to the machine: a tile fills 28 of the 32 registers of
AVX-512; with shorter vectors the results are the same, and slower.

Positions in arrays are flat indices. `lanes` says how many of the 32 filters there are: no others are read or written.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import lower_builtin, models, register_model, type_callable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array

ROWS = 14  # positions
LANES = 32  # filters
DEPTH = 256  # channels, over all taps, of a panel: 14 rows of them fit into the first-level cache
STRIDE = DEPTH + 16  # floats from row to row of a panel: no power of two, so that rows do not evict one another
VECTOR = 16  # floats of a vector
SPREADABLE = (1, 2, 4, 8, 16)

_PARTS = LANES // VECTOR
_FLOATS = ir.VectorType(ir.FloatType(), VECTOR)
_INDEX = ir.IntType(64)
_TILE = ir.ArrayType(_FLOATS, ROWS * _PARTS)


def empty_tile() -> Array:
    """All sums 0."""
    return np.zeros((ROWS, LANES), np.float32)


def load_tile(source: Array, at: int, stride: int, rows: int, lanes: int) -> Array:
    """The sums left in an array by `store_tile`."""
    tile = empty_tile()
    for row in range(rows):
        tile[row, :lanes] = source[at + row * stride : at + row * stride + lanes]
    return tile


def store_tile(tile: Array, target: Array, at: int, stride: int, rows: int, lanes: int) -> None:
    """The first rows and lanes, row by row, `stride` apart."""
    for row in range(rows):
        target[at + row * stride : at + row * stride + lanes] = tile[row, :lanes]


def add_products(tile: Array, panel: Array, step: int, weights: Array, at: int) -> Array:
    """Every row's value of one channel times every filter's weight of it, added to the sums."""
    tile += panel[step : step + ROWS * STRIDE : STRIDE, None] * weights[at : at + LANES]
    return tile


def add_lanes(tile: Array, values: Array, offset: int, places: Array, at: int, weights: Array, start: int) -> Array:
    """Every row's 32 values, which begin at its place, times the weights lane by lane, added to the sums."""
    begins = offset + places[at : at + ROWS]
    tile += values[begins[:, None] + np.arange(LANES)] * weights[start : start + LANES]
    return tile


def copy_lanes(source: Array, begin: int, target: Array, at: int, count: int) -> None:
    """16 values, those from `count` on 0."""
    target[at : at + VECTOR] = 0
    count = max(0, min(count, VECTOR))
    target[at : at + count] = source[begin : begin + count]


def fill_lanes(source: Array, begin: int, target: Array, at: int) -> None:
    """One value, 16 times."""
    target[at : at + VECTOR] = source[begin]


def spread_lanes(source: Array, begin: int, target: Array, at: int, stride: int, channels: int, count: int) -> None:
    """Groups of channels, 16 values in all: each channel's values go to a place of their own, `stride` apart.

    There every lane of a group has the value of its group. The number of channels is one of `SPREADABLE`; of the 16
    values, those from `count` on are 0.
    """
    values = np.zeros(VECTOR, np.float32)
    copy_lanes(source, begin, values, 0, count)
    for i in range(channels):
        target[at + i * stride : at + i * stride + VECTOR] = np.repeat(values[i::channels], channels)


def fetch_lanes(source: Array, at: int) -> None:
    """Tells the machine that 32 values will be wanted soon; they need not exist."""


def mark_lanes(touched: Array, at: int, lanes: int) -> None:
    """Ones."""
    touched[at : at + lanes] = 1


class _TileType(types.Type):
    """The type of a tile for numba."""

    def __init__(self) -> None:
        super().__init__("Tile")


_tile_type = _TileType()


@register_model(_TileType)
class _TileModel(models.PrimitiveModel):
    def __init__(self, manager: Any, numba_type: Any):
        super().__init__(manager, numba_type, _TILE)


def _pointer(context: Any, builder: Any, numba_type: Any, array: Any, at: Any) -> Any:
    """To one element of a one-dimensional array."""
    return builder.gep(context.make_array(numba_type)(context, builder, array).data, [at])


def _splat(builder: Any, value: Any, count: int) -> Any:
    """A vector of equal elements."""
    vector = ir.VectorType(value.type, count)
    one = builder.insert_element(ir.Constant(vector, ir.Undefined), value, ir.IntType(32)(0))
    return builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(ir.IntType(32), count), None))


def _mask(builder: Any, lanes: Any, first: int, count: int) -> Any:
    """Which of the elements from `first` on are below `lanes`."""
    numbers = ir.Constant(ir.VectorType(_INDEX, count), [first + lane for lane in range(count)])
    return builder.icmp_signed("<", numbers, _splat(builder, lanes, count))


def _masked(builder: Any, name: str, vector: Any, arguments: list[Any]) -> Any:
    """A call of LLVM's masked load or store."""
    element = "f32" if vector.element == ir.FloatType() else "i8"
    result = vector if name == "load" else ir.VoidType()
    kinds = ir.FunctionType(result, [argument.type for argument in arguments])
    callee = f"llvm.masked.{name}.v{vector.count}{element}.p0"
    return builder.call(builder.module.declare_intrinsic(callee, (), kinds), arguments)


def _load(builder: Any, pointer: Any, mask: Any) -> Any:
    """A vector of floats, 0 where the mask is."""
    zeros = ir.Constant(_FLOATS, None)
    at = builder.bitcast(pointer, _FLOATS.as_pointer())
    return _masked(builder, "load", _FLOATS, [at, ir.IntType(32)(4), mask, zeros])


def _store(builder: Any, value: Any, pointer: Any, mask: Any, align: int) -> None:
    """A vector, where the mask is."""
    at = builder.bitcast(pointer, value.type.as_pointer())
    _masked(builder, "store", value.type, [value, at, ir.IntType(32)(align), mask])


def _vectors(builder: Any, pointer: Any) -> list[Any]:
    """The vectors of 32 floats."""
    first = builder.bitcast(pointer, _FLOATS.as_pointer())
    return [builder.load(builder.gep(first, [_INDEX(part)]), align=4) for part in range(_PARTS)]


def _add_row(builder: Any, tile: Any, row: int, values: list[Any], weights: list[Any]) -> Any:
    """Values times weights, added to one row; `contract` lets both become one instruction."""
    for part in range(_PARTS):
        number = row * _PARTS + part
        product = builder.fmul(values[part], weights[part], flags=("contract",))
        total = builder.fadd(builder.extract_value(tile, number), product, flags=("contract",))
        tile = builder.insert_value(tile, total, number)
    return tile


@type_callable(empty_tile)
def _type_empty(context: Any) -> Any:
    return lambda: _tile_type


@lower_builtin(empty_tile)
def _lower_empty(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    return ir.Constant(_TILE, None)


def _parts(builder: Any, at: Any, stride: Any, rows: Any, lanes: Any) -> Any:
    """Index and mask of every vector of a tile in an array."""
    for row in range(ROWS):
        present = builder.select(builder.icmp_signed("<", _INDEX(row), rows), lanes, _INDEX(0))
        for part in range(_PARTS):
            index = builder.add(builder.add(at, builder.mul(_INDEX(row), stride)), _INDEX(part * VECTOR))
            yield row * _PARTS + part, index, _mask(builder, present, part * VECTOR, VECTOR)


@type_callable(load_tile)
def _type_load(context: Any) -> Any:
    return lambda source, at, stride, rows, lanes: _tile_type


@lower_builtin(load_tile, types.Array, *(types.Integer,) * 4)
def _lower_load(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    source, *place = arguments
    tile = ir.Constant(_TILE, None)
    for number, index, mask in _parts(builder, *place):
        pointer = _pointer(context, builder, signature.args[0], source, index)
        tile = builder.insert_value(tile, _load(builder, pointer, mask), number)
    return tile


@type_callable(store_tile)
def _type_store(context: Any) -> Any:
    return lambda tile, target, at, stride, rows, lanes: types.none


@lower_builtin(store_tile, _TileType, types.Array, *(types.Integer,) * 4)
def _lower_store(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    tile, target, *place = arguments
    for number, index, mask in _parts(builder, *place):
        pointer = _pointer(context, builder, signature.args[1], target, index)
        _store(builder, builder.extract_value(tile, number), pointer, mask, 4)
    return context.get_dummy_value()


@type_callable(add_products)
def _type_add(context: Any) -> Any:
    return lambda tile, panel, step, weights, at: _tile_type


@lower_builtin(add_products, _TileType, types.Array, types.Integer, types.Array, types.Integer)
def _lower_add(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    tile, panel, step, array, at = arguments
    weights = _vectors(builder, _pointer(context, builder, signature.args[3], array, at))
    first = _pointer(context, builder, signature.args[1], panel, step)
    for row in range(ROWS):
        value = _splat(builder, builder.load(builder.gep(first, [_INDEX(row * STRIDE)])), VECTOR)
        tile = _add_row(builder, tile, row, [value] * _PARTS, weights)
    return tile


@type_callable(add_lanes)
def _type_add_lanes(context: Any) -> Any:
    return lambda tile, values, offset, places, at, weights, start: _tile_type


@lower_builtin(add_lanes, _TileType, types.Array, types.Integer, types.Array, types.Integer, types.Array, types.Integer)
def _lower_add_lanes(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    tile, values, offset, places, at, array, start = arguments
    weights = _vectors(builder, _pointer(context, builder, signature.args[5], array, start))
    base = _pointer(context, builder, signature.args[1], values, offset)
    first = _pointer(context, builder, signature.args[3], places, at)
    for row in range(ROWS):
        place = builder.load(builder.gep(first, [_INDEX(row)]))
        tile = _add_row(builder, tile, row, _vectors(builder, builder.gep(base, [place])), weights)
    return tile


@type_callable(copy_lanes)
def _type_copy(context: Any) -> Any:
    return lambda source, begin, target, at, count: types.none


@lower_builtin(copy_lanes, types.Array, types.Integer, types.Array, types.Integer, types.Integer)
def _lower_copy(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    source, begin, target, at, count = arguments
    pointer = _pointer(context, builder, signature.args[0], source, begin)
    values = _load(builder, pointer, _mask(builder, count, 0, VECTOR))
    to = _pointer(context, builder, signature.args[2], target, at)
    builder.store(values, builder.bitcast(to, _FLOATS.as_pointer()), align=4)
    return context.get_dummy_value()


@type_callable(fill_lanes)
def _type_fill(context: Any) -> Any:
    return lambda source, begin, target, at: types.none


@lower_builtin(fill_lanes, types.Array, types.Integer, types.Array, types.Integer)
def _lower_fill(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    source, begin, target, at = arguments
    value = builder.load(_pointer(context, builder, signature.args[0], source, begin))
    to = _pointer(context, builder, signature.args[2], target, at)
    builder.store(_splat(builder, value, VECTOR), builder.bitcast(to, _FLOATS.as_pointer()), align=4)
    return context.get_dummy_value()


@type_callable(spread_lanes)
def _type_spread(context: Any) -> Any:
    return lambda source, begin, target, at, stride, channels, count: types.none


@lower_builtin(spread_lanes, types.Array, types.Integer, types.Array, *(types.Integer,) * 4)
def _lower_spread(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    source, begin, target, at, stride, channels, count = arguments
    pointer = _pointer(context, builder, signature.args[0], source, begin)
    values = _load(builder, pointer, _mask(builder, count, 0, VECTOR))
    for number in SPREADABLE:
        with builder.if_then(builder.icmp_signed("==", channels, _INDEX(number))):
            for i in range(number):
                order = [lane // number * number + i for lane in range(VECTOR)]
                spread = builder.shuffle_vector(
                    values, values, ir.Constant(ir.VectorType(ir.IntType(32), VECTOR), order)
                )
                index = builder.add(at, builder.mul(_INDEX(i), stride))
                to = _pointer(context, builder, signature.args[2], target, index)
                builder.store(spread, builder.bitcast(to, _FLOATS.as_pointer()), align=4)
    return context.get_dummy_value()


@type_callable(fetch_lanes)
def _type_fetch(context: Any) -> Any:
    return lambda source, at: types.none


@lower_builtin(fetch_lanes, types.Array, types.Integer)
def _lower_fetch(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    source, at = arguments
    kinds = ir.FunctionType(ir.VoidType(), [ir.IntType(8).as_pointer(), *(ir.IntType(32),) * 3])
    prefetch = builder.module.declare_intrinsic("llvm.prefetch.p0", (), kinds)
    for part in range(_PARTS):
        index = builder.add(at, _INDEX(part * VECTOR))
        pointer = _pointer(context, builder, signature.args[0], source, index)
        line = builder.bitcast(pointer, ir.IntType(8).as_pointer())
        builder.call(prefetch, [line, *(ir.IntType(32)(value) for value in (0, 3, 1))])  # to read, near, data
    return context.get_dummy_value()


@type_callable(mark_lanes)
def _type_mark(context: Any) -> Any:
    return lambda touched, at, lanes: types.none


@lower_builtin(mark_lanes, types.Array, types.Integer, types.Integer)
def _lower_mark(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    touched, at, lanes = arguments
    ones = ir.Constant(ir.VectorType(ir.IntType(8), LANES), [1] * LANES)
    pointer = _pointer(context, builder, signature.args[0], touched, at)
    _store(builder, ones, pointer, _mask(builder, lanes, 0, LANES), 1)
    return context.get_dummy_value()
