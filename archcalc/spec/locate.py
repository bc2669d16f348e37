"""Which file a name means: a path, or a network of the zoo; and reading it safely."""

from __future__ import annotations

import os

from archcalc.errors import ArchcalcError, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.errors import Place

MAX_FILE_BYTES = 16 * 2**20


def zoo_folder() -> str:
    """The folder of the zoo: inside the installed package, or beside it in a checkout."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    inside = os.path.join(package, "specs")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(package), "specs")


def zoo_names() -> list[str]:
    """The names of all networks of the zoo, sorted.

    >>> "vgg16" in zoo_names()
    True
    """
    folder = zoo_folder()
    if not os.path.isdir(folder):
        return []
    return sorted(name[:-5] for name in os.listdir(folder) if name.endswith(".yaml"))


def locate(spec: str) -> str:
    """The file that SPEC of the command line means: a path, or else a name of the zoo."""
    if "\0" in spec:
        raise ArchcalcError("found a NUL byte in the name of a spec")
    inside = _in_zoo(spec)
    if os.path.exists(spec) and not (inside is not None and os.path.isdir(spec)):
        return spec
    if inside is not None:
        return inside
    if os.sep in spec or spec.endswith((".yaml", ".yml")):
        raise ArchcalcError(f"there is no file '{spec}'")
    near = nearest(spec, zoo_names())
    hint = f"did you mean '{near}'?" if near else "'archcalc zoo' lists the networks there are"
    raise ArchcalcError(f"there is no file '{spec}' and no network of that name", hint=hint)


def locate_beside(name: str, where: Place) -> str:
    """The file that an `extends` or `import` means: relative to the file that says so, or of the zoo."""
    if os.path.isabs(name) or "\0" in name or "\\" in name:
        raise ArchcalcError(f"found '{name}', expected a path relative to this file, or a file of the zoo", where)
    if name.endswith(".yaml"):
        beside = os.path.normpath(os.path.join(os.path.dirname(where.file), name))
        if os.path.exists(beside):
            return beside
    inside = _in_zoo(name)
    if inside is not None:
        return inside
    near = nearest(name, zoo_names())
    hint = f"did you mean '{near}'?" if near else "write the name of a .yaml file, or of a network of the zoo"
    raise ArchcalcError(f"there is no file '{name}' beside this one, nor in the zoo", where, hint)


def locate_in_zoo(name: str, where: Place) -> str:
    """The file that an `extends` or `import` means where only the zoo may be read: also files of the zoo say so.

    >>> import archcalc.errors
    >>> os.path.basename(locate_in_zoo("vgg16", archcalc.errors.Place("<text>", 1, 10)))
    'vgg16.yaml'
    """
    folder = zoo_folder()
    is_odd = os.path.isabs(name) or "\0" in name or "\\" in name
    path = None if is_odd else _in_zoo(name)
    if not is_odd and where.file.startswith(folder + os.sep):
        path = locate_beside(name, where)
    if path is not None and os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep):
        return path
    near = nearest(name, zoo_names())
    hint = f"did you mean '{near}'?" if near else None
    raise ArchcalcError(f"found '{name}', expected a file of the zoo: no other is read here", where, hint)


def _in_zoo(name: str) -> str | None:
    folder = zoo_folder()
    file = name if name.endswith(".yaml") else f"{name}.yaml"
    path = os.path.normpath(os.path.join(folder, file))
    return path if path.startswith(folder + os.sep) and os.path.isfile(path) else None


def read_file(path: str, where: Place | None = None) -> str:
    """The text of a spec file; raises ArchcalcError if it is no readable UTF-8 text of sane size.

    `where` is the place that names the file, if a file does.
    """
    if where is not None and not os.path.isfile(path):
        raise ArchcalcError(f"'{path}' is no regular file", where)
    try:
        # A pipe or a device may have no end: read one byte more than is allowed, and no more.
        with open(path, "rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ArchcalcError(f"cannot read '{path}': {error.strerror}", where) from None
    if len(data) > MAX_FILE_BYTES:
        raise ArchcalcError(f"'{path}' is larger than {MAX_FILE_BYTES // 2**20} MiB, more than any spec needs", where)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"'{path}' is not UTF-8 text: byte 0x{data[error.start]:02x} in line {line}"
        raise ArchcalcError(message, where, "save it as UTF-8") from None
