"""Results of a sweep on their way to a file: a part for each stretch, put together at the end.

Parts lie in a folder beside the file, FILE.parts, each under its final name only when it is whole. What was killed goes
on from the parts that are there. `sweep.json` says which sweep they are of.
"""

from __future__ import annotations

import json
import os
import shutil

from archcalc.errors import ArchcalcError
from archcalc.sweeping.engine import Stretch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

CSV, PARQUET = ".csv", ".parquet"
WHICH = "sweep.json"


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


class Parts:
    """The parts of one sweep: which are there, a further one, and all of them as the file."""

    def __init__(self, file: str, which: Mapping[str, Any], resume: bool):
        self.file = file
        self.end = format_of(file)
        self.folder = f"{file}.parts"
        self._which = json.dumps(which, sort_keys=True, default=str)
        try:
            self._open(resume)
        except OSError as error:
            raise ArchcalcError(f"cannot write '{self.folder}': {error.strerror}") from None

    def _open(self, resume: bool) -> None:
        said = os.path.join(self.folder, WHICH)
        if os.path.isdir(self.folder):
            if not resume:
                hint = "--resume goes on with it; or remove the folder"
                raise ArchcalcError(f"'{self.folder}' is there: what an earlier sweep has done", hint=hint)
            known = ""
            if os.path.isfile(said):
                with open(said, encoding="utf-8") as file:
                    known = file.read()
            if known != self._which:
                raise ArchcalcError(
                    f"'{self.folder}' is of another sweep", hint="remove the folder, or write elsewhere"
                )
            return
        if resume and os.path.exists(self.file):
            raise ArchcalcError(f"there is nothing to go on with: '{self.file}' is finished")
        os.makedirs(self.folder)
        with open(f"{said}.new", "w", encoding="utf-8") as file:
            file.write(self._which)
        os.replace(f"{said}.new", said)

    def path(self, start: int) -> str:
        """The file of the stretch that begins with this variant."""
        return os.path.join(self.folder, f"part-{start:020d}{self.end}")

    def has(self, start: int) -> bool:
        """Whether this stretch is there already."""
        return os.path.isfile(self.path(start))

    def add(self, start: int, stretch: Stretch) -> None:
        """Write one part; raises ArchcalcError, with nothing under its name, if that fails."""
        path = self.path(start)
        try:
            if stretch.problems:
                with open(f"{path}.problems", "w", encoding="utf-8") as file:
                    json.dump(stretch.problems, file)
            if self.end == PARQUET:
                _write_parquet(f"{path}.new", stretch.columns)
            else:
                _write_csv(f"{path}.new", stretch.columns)
            os.replace(f"{path}.new", path)
        except OSError as error:
            raise ArchcalcError(f"cannot write '{path}': {error.strerror or error}") from None

    def known(self, start: int, size: int) -> Stretch | None:
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
        return Stretch({str(name): frame[name].to_numpy() for name in frame}, problems, size)

    def join(self) -> None:
        """Make the file of all parts that are there, in the order of the variants."""
        names = sorted(name for name in os.listdir(self.folder) if name.startswith("part-") and name.endswith(self.end))
        paths = [os.path.join(self.folder, name) for name in names]
        try:
            (_join_parquet if self.end == PARQUET else _join_csv)(f"{self.file}.new", paths)
            os.replace(f"{self.file}.new", self.file)
        except OSError as error:
            raise ArchcalcError(f"cannot write '{self.file}': {error.strerror or error}") from None

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

    schema = pyarrow.unify_schemas([pyarrow.parquet.read_schema(part) for part in parts], promote_options="permissive")
    with pyarrow.parquet.ParquetWriter(path, schema, compression="snappy") as writer:
        for part in parts:
            writer.write_table(pyarrow.parquet.read_table(part).cast(schema))


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
