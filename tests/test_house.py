"""The house of shared/design.md, section 2: who may import whom, how long a file is, what a formula may hold."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "archcalc"
FILES = sorted(PACKAGE.rglob("*.py"))
NAMES = [str(path.relative_to(ROOT)) for path in FILES]
MAX_LINES = 400

# Room -> floor. A room is a package or a single module of archcalc; imports go to lower floors only.
FLOORS = {
    "collector": -2,  # pauses the garbage collector; uses nothing
    "version": -2,  # a text
    "record": -2,  # plain immutable data: not in the design, below everything as `errors` uses it
    "errors": -1,
    "writing": -0.5,
    "kernels": -1,  # independent witnesses: they import nothing of archcalc but one another
    "algebra": 0,
    "graph": 1,
    "ops": 2,
    "spec": 3, "interop": 3, "render": 3, "plots": 3,
    "conventions": 3.1,  # written in the expressions of specs
    "analysis": 3.2,
    "devices": 3.3,  # reads device files, as `spec` reads specs
    "explanation": 3.5,  # derives one layer; reports show it
    "pictures": 3.5,  # gathers for `plots` what reports draw
    "report": 4, "reference": 4, "catalogue": 4, "verification": 4,
    "calibration": 4,
    "pages": 4.5,  # shows reports, and the arithmetic of their layers
    "playground": 4.6,  # serves pages of what is typed
    "working": 4.5,  # shows the arithmetic of reports
    "sweeping": 4.8,  # filters by the conditions of `closed_forms`
    "scaling": 4.9,  # sweeps
    "closed_forms": 4.7,  # reads limits as `checking` does
    "footprint": 4.7,  # reads amounts of memory as `checking` does
    "comparison": 4.5,  # sets reports beside each other; `compare` would hide the function of that name
    "checking": 4.5,  # holds reports against expectations
    "cli": 5, "__init__": 5, "__main__": 5,
}  # fmt: skip
# What a file needs of a room that is not below it: `python -m archcalc` the command line.
EXCEPTIONS = {("__main__.py", "cli")}


def room(module):
    """The room of a dotted module name: archcalc.ops.conv -> ops, archcalc -> __init__."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULE_NAMES = {module_name(path) for path in FILES}


def imported(path, *, running_only=False):
    """The modules of archcalc that a file imports: anywhere in it, or only on being imported itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in running(tree) if running_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            found |= {
                whole if (whole := f"{node.module}.{alias.name}") in MODULE_NAMES else node.module
                for alias in node.names
            }
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "import_module":
            found |= named(node.args[0])
    return {name for name in found if name == "archcalc" or name.startswith("archcalc.")}


def running(tree):
    """What runs on import: not in functions, not under TYPE_CHECKING."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        yield from running(node)


def named(argument):
    """The package of import_module(f"archcalc.ops.{name}") or of import_module("archcalc.ops")."""
    text = argument.values[0] if isinstance(argument, ast.JoinedStr) else argument
    if not isinstance(text, ast.Constant):
        return set()
    return {text.value.rstrip(".")}


def test_every_room_has_a_floor():
    assert {room(name) for name in MODULE_NAMES} <= set(FLOORS)


@pytest.mark.parametrize("name", NAMES)
def test_imports_go_down_the_stairs(name):
    path = ROOT / name
    own = room(module_name(path))
    for module in imported(path):
        other = room(module)
        if other == own or (name.removeprefix("archcalc/"), other) in EXCEPTIONS:
            continue
        assert FLOORS[other] < FLOORS[own], f"{name} (floor {FLOORS[own]}) imports {module} (floor {FLOORS[other]})"


def test_no_import_cycles():
    """Of what runs on import. A package depends on its own modules only as far as it imports them."""
    uses = {module_name(path): imported(path, running_only=True) & MODULE_NAMES for path in FILES}
    done, path = set(), []

    def visit(module):
        assert module not in path, " -> ".join([*path[path.index(module) :], module])
        if module not in done:
            path.append(module)
            for other in sorted(uses[module] - {module}):
                visit(other)
            path.pop()
            done.add(module)

    for module in sorted(uses):
        visit(module)


@pytest.mark.parametrize("name", NAMES)
def test_files_are_short(name):
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= MAX_LINES


# ---------------------------------------------------------------------------------------------
# What is loaded when.


def loaded(code):
    """The modules that are loaded after running some code in a fresh interpreter."""
    report = "\nimport json, sys; print('\\n' + json.dumps(sorted(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code + report], capture_output=True, text=True, cwd=ROOT, check=True)
    return set(json.loads(result.stdout.splitlines()[-1]))


HEAVY = {"numpy", "pandas", "numba", "sympy", "matplotlib"}


def test_importing_archcalc_loads_next_to_nothing():
    modules = loaded("import archcalc")
    assert not modules & (HEAVY | {"yaml", "tabulate", "argparse"})
    assert {name for name in modules if name.startswith("archcalc")} == {"archcalc"}


@pytest.mark.parametrize("arguments", [["--table"], [], ["--json"], ["--format", "markdown"], ["--format", "csv"]])
def test_a_report_loads_nothing_heavy(arguments):
    code = f"from archcalc.cli import main; assert main(['specs/vgg16.yaml', *{arguments!r}]) == 0"
    assert not loaded(code) & HEAVY


def test_only_the_ops_of_the_spec_are_loaded():
    modules = loaded("from archcalc.cli import main; main(['specs/lenet5.yaml', '--table'])")
    ops = {name.removeprefix("archcalc.ops.") for name in modules if name.startswith("archcalc.ops.")}
    # `sliding` and `elementwise` are what ops share.
    assert ops - {"sliding", "elementwise"} == {"conv", "tanh", "avg_pool", "flatten", "linear", "softmax"}


# ---------------------------------------------------------------------------------------------
# Formulas: the same text must read on every kind of number.

OF_ONE_KIND = ("isinstance", "type", "int", "float", "round")
FORMULAS = ("output", "weights", "work", "saves", "window")
OP_FILES = [name for name in NAMES if name.startswith("archcalc/ops/")]


def formulas(path):
    """The functions of an op file that hold formulas: the five rules, and every helper that returns no text."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            is_helper = node.name.startswith("_") and ast.unparse(node.returns or ast.Constant(None)) != "str"
            if node.name in FORMULAS or is_helper:
                yield node


def is_int(node):
    return isinstance(node, ast.Constant) and type(node.value) is int


def forbidden(formula):
    """What a formula holds that would read on some kinds of number only."""
    for node in ast.walk(formula):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in OF_ONE_KIND:
            yield f"{node.func.id}()"
        elif isinstance(node, ast.Constant) and isinstance(node.value, (float, complex)):
            yield f"the float {node.value}"
        elif isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div):
            yield "/"
        elif isinstance(node, ast.Attribute) and getattr(node.value, "id", "") in ("math", "np", "numpy", "sympy"):
            yield ast.unparse(node)
        elif isinstance(node, ast.Compare) and any(isinstance(sign, (ast.Eq, ast.NotEq)) for sign in node.ops):
            # `x == 0` on a symbol asks whether the two are the same text: algebra.equal asks whether they are equal.
            yield from (ast.unparse(node) for side in (node.left, *node.comparators) if is_int(side))


@pytest.mark.parametrize("name", OP_FILES)
def test_formulas_read_on_every_kind_of_number(name):
    for formula in formulas(ROOT / name):
        assert list(forbidden(formula)) == [], f"{name}:{formula.lineno} {formula.name}"


@pytest.mark.parametrize(
    "text",
    ["return x / 2", "x /= 2", "return 0.5 * x", "return int(x)", "return isinstance(x, int)", "return math.ceil(x)",
     "return where(x % 2 == 0, 1, 2)", "return round(x)"],
)  # fmt: skip
def test_what_is_forbidden_is_found(text):
    (formula,) = ast.parse(f"def work(self, x):\n    {text}").body
    assert len(list(forbidden(formula))) == 1


def test_what_is_allowed_is_not():
    (formula,) = ast.parse("def work(self, x):\n    return x // 2 - 3 * x if padding == VALID else ceil_div(x, 2)").body
    assert list(forbidden(formula)) == []
