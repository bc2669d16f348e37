"""Results of a sweep on their way to a file: a part for each stretch, put together at the end.

Parts lie in a folder beside the file, FILE.parts, each under its final name only when it is whole. What was killed goes
on from the parts that are there. `sweep.json` says which sweep they are of.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from uuid import uuid4

from archcalc.errors import ArchcalcError
from archcalc.record import Record
from archcalc.sweeping.engine import Stretch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

CSV, PARQUET = ".csv", ".parquet"
IDENTITY = "sweep.json"
GOES_ON = "what was written before is kept, and --resume goes on with it"


def format_of(file: str) -> str:
    """CSV or PARQUET, by the end of a file's name; raises ArchcalcError, also if pyarrow is missing."""
    end = os.path.splitext(file)[1].lower()
    if end not in (CSV, PARQUET):
        raise ArchcalcError(f"cannot write '{file}': found the ending '{end}', expected .parquet or .csv")
    if end == PARQUET:
        try:
            import pyarrow.parquet  # noqa: F401
        except ImportError:
            hint = "install it with: pip install 'archcalc[sweep]', or write .csv"
            raise ArchcalcError("Parquet needs pyarrow, which is not installed", hint=hint) from None
    return end


class Parts(Record):
    """The parts of one sweep, in FILE.parts: which are there, a further one, and all of them as the file.

    They may be written by several processes, on several machines that have the folder in common.
    """

    file: str

    @classmethod
    def of(cls, file: str, identity: str, resume: bool) -> Parts:
        """The parts of the sweep with this identity, none yet or those to go on with; raises ArchcalcError."""
        format_of(file)
        parts = cls(os.path.abspath(file))
        try:
            parts._open(identity, resume, os.path.relpath(file))
        except OSError as error:
            raise ArchcalcError(f"cannot write '{file}.parts': {error.strerror}") from None
        return parts

    @property
    def folder(self) -> str:
        """Where they lie."""
        return f"{self.file}.parts"

    @property
    def end(self) -> str:
        """The end of their names, as of the file's."""
        return os.path.splitext(self.file)[1].lower()

    def _open(self, identity: str, resume: bool, shown: str) -> None:
        said = os.path.join(self.folder, IDENTITY)
        if os.path.isdir(self.folder):
            if not resume:
                hint = "--resume goes on with it; or remove the folder"
                raise ArchcalcError(f"'{shown}.parts' is there: what an earlier sweep has done", hint=hint)
            if self.identity() != identity:
                hint = "remove the folder, or write elsewhere"
                raise ArchcalcError(f"'{shown}.parts' is of another sweep", hint=hint)
            return
        if resume and os.path.exists(self.file):
            raise ArchcalcError(f"there is nothing to go on with: '{shown}' is finished")
        os.makedirs(self.folder)
        with open(f"{said}.new", "w", encoding="utf-8") as file:
            file.write(identity)
        os.replace(f"{said}.new", said)

    def identity(self) -> str:
        """Of which sweep they are, as it was written down; empty if nothing was."""
        try:
            with open(os.path.join(self.folder, IDENTITY), encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def path(self, start: int) -> str:
        """The file of the stretch that begins with this variant."""
        return os.path.join(self.folder, f"part-{start:020d}{self.end}")

    def has(self, start: int) -> bool:
        """Whether this stretch is there already."""
        return os.path.isfile(self.path(start))

    def add(self, start: int, stretch: Stretch) -> None:
        """Write one part; raises ArchcalcError, with nothing under its name, if that fails."""
        path = self.path(start)
        # Its own name for each writer: of two that have the same part, one after the other puts it in its place.
        new = f"{path}.{uuid4().hex}.new"
        try:
            if stretch.problems:
                with open(new, "w", encoding="utf-8") as file:
                    json.dump(stretch.problems, file)
                os.replace(new, f"{path}.problems")
            (_write_parquet if self.end == PARQUET else _write_csv)(new, stretch.columns)
            os.replace(new, path)
        except OSError as error:
            with suppress(OSError):
                os.remove(new)
            raise ArchcalcError(f"cannot write '{path}': {error.strerror or error}", hint=GOES_ON) from None

    def known(self, start: int, size: int, totals: Sequence[str]) -> Stretch | None:
        """A part that is there, as it was found; or None."""
        import pandas as pd

        path = self.path(start)
        if not self.has(start):
            return None
        frame = pd.read_parquet(path) if self.end == PARQUET else pd.read_csv(path)
        problems: dict[str, int] = {}
        if os.path.isfile(f"{path}.problems"):
            with open(f"{path}.problems", encoding="utf-8") as file:
                problems = json.load(file)
        columns = {str(name): frame[name].to_numpy() for name in frame}
        for name in totals:  # whole numbers beyond 64 bits are written as text
            if columns[name].dtype.kind != "i" and len(columns[name]) and isinstance(columns[name][0], str):
                columns[name] = columns[name].astype(object)
                columns[name][:] = [int(value) for value in columns[name]]
        return Stretch(columns, problems, size)

    def write(self, stop: int) -> None:
        """Make the file of the parts of the variants before `stop`, in their order."""
        names = sorted(name for name in os.listdir(self.folder) if name.startswith("part-") and name.endswith(self.end))
        paths = [os.path.join(self.folder, name) for name in names if name < os.path.basename(self.path(stop))]
        try:
            (_join_parquet if self.end == PARQUET else _join_csv)(f"{self.file}.new", paths)
            os.replace(f"{self.file}.new", self.file)
        except OSError as error:
            with suppress(OSError):
                os.remove(f"{self.file}.new")
            raise ArchcalcError(f"cannot write '{self.file}': {error.strerror or error}", hint=GOES_ON) from None

    def remove(self) -> None:
        """Remove the parts: the file has them."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _write_parquet(path: str, columns: Mapping[str, Any]) -> None:
    import pyarrow
    import pyarrow.parquet

    arrays = {name: _arrow(values) for name, values in columns.items()}
    pyarrow.parquet.write_table(pyarrow.table(arrays), path, compression="snappy")


def _arrow(values: Any) -> Any:
    """A column for Parquet; whole numbers beyond 64 bits, which it does not know, as text."""
    import pyarrow

    if values.dtype == object:
        return pyarrow.array([value if isinstance(value, (str, bool)) else str(value) for value in values])
    return pyarrow.array(values)


def _join_parquet(path: str, parts: list[str]) -> None:
    import pyarrow.parquet

    types: dict[str, Any] = {}
    for part in parts:
        for field in pyarrow.parquet.read_schema(part):
            types[field.name] = _wider(types.get(field.name, field.type), field.type)
    schema = pyarrow.schema(types.items())
    with pyarrow.parquet.ParquetWriter(path, schema, compression="snappy") as writer:
        for part in parts:
            writer.write_table(pyarrow.parquet.read_table(part).cast(schema))


def _wider(one: Any, other: Any) -> Any:
    """The type that holds both: whole numbers beyond 64 bits are text, with fractions they are floats."""
    import pyarrow

    if one == other:
        return one
    return pyarrow.string() if pyarrow.string() in (one, other) else pyarrow.float64()


def _write_csv(path: str, columns: Mapping[str, Any]) -> None:
    import csv

    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*(values.tolist() for values in columns.values()), strict=True))


def _join_csv(path: str, parts: list[str]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        for number, part in enumerate(parts):
            with open(part, encoding="utf-8", newline="") as source:
                head = source.readline()
                if number == 0:
                    file.write(head)
                shutil.copyfileobj(source, file)
