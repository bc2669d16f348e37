"""The JSON Schema of the spec language: it takes all that the loader takes, and refuses what it can.

Specs are read as an editor reads them, by the types of YAML 1.2; most are read by PyYAML's `safe_load`, which is
YAML 1.1, as well. What is not YAML at all, or no tree, is left to the parser.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import time
import types
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import archcalc
from archcalc.graph.kinds import REAL, attribute, choice, kind_of
from archcalc.graph.op import ONE_INPUT
from archcalc.ops import OPS, find
from archcalc.spec import schema as module
from archcalc.spec.schema import schema

ROOT = Path(__file__).resolve().parents[2]
BAD = Path(__file__).parent / "bad"
VALIDATOR = jsonschema.Draft7Validator(schema())


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The scalars of YAML 1.2 (`on`, `yes` and dates are text), and keys that are text, as in JSON."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[str, Any]:
        if not all(isinstance(key, yaml.ScalarNode) for key, _ in node.value):
            raise yaml.constructor.ConstructorError(problem="a key that is no word")
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}


for tag, pattern in {
    "null": r"~|null|Null|NULL|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
}.items():
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), None)
Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: whole(node.value))


def whole(text: str) -> int:
    return int(text, 0) if text[1:2] in "xo" and text[1:] else int(text)


def read(text: str) -> Any:
    return yaml.load(text, Loader)  # noqa: S506 - it is a SafeLoader


def problems(spec: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(spec)]


def is_taken(text: str) -> bool:
    """Whether the loader takes a text, which may name files of bad/parts."""
    try:
        archcalc.loads(text)
    except archcalc.ArchcalcError:
        return False
    return True


def test_it_is_a_schema() -> None:
    jsonschema.Draft7Validator.check_schema(schema())


# ---------------------------------------------------------------------------------------------
# What the loader takes.

ZOO = sorted(path for path in (ROOT / "specs").rglob("*.yaml") if path.parent.name != "claims")
PAGES = "".join(
    page.read_text(encoding="utf-8") for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
)
SHOWN = re.findall(r"^```yaml\n(.*?)^```$", PAGES, re.M | re.S)
PARTS = sorted((BAD / "parts").glob("*.yaml"))


def literals() -> list[str]:
    """The specs that stand as text in any test or in the Python of a page, and that the loader takes."""
    sources = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests").rglob("*.py"))]
    sources += re.findall(r"^```python\n(.*?)^```$", PAGES, re.M | re.S)
    found = {
        node.value
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "layers:" in node.value
    }
    return sorted(text for text in found if len(text) < 5_000 and is_taken(text))


@pytest.mark.parametrize("path", ZOO, ids=lambda path: path.stem)
def test_the_zoo_is_right(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert problems(read(text)) == []
    assert problems(yaml.safe_load(text)) == []


def test_the_pages_are_right_but_for_what_they_show_to_be_wrong_and_what_is_no_spec() -> None:
    right = [text for text in SHOWN if is_taken(text)]
    others = {text.partition("\n")[0] for text in SHOWN if text not in right}
    assert others == {"# bad.yaml", "# wrong.yaml", "# claims.yaml", "# mine.yaml"}
    for text in right:
        assert problems(read(text)) == []
        assert problems(yaml.safe_load(text)) == []


def test_every_spec_of_the_tests_is_right() -> None:
    texts = literals()
    assert len(texts) > 60
    assert {text: problems(read(text)) for text in texts if problems(read(text))} == {}


@pytest.mark.parametrize("name", OPS)
def test_every_example_is_right(name: str) -> None:
    """By name, in order, and bare where that is all."""
    for example in find(name).examples:
        names = [op_field.name for op_field in fields(find(name))]
        given = [json.loads(json.dumps(example.arguments[key])) for key in names if key in example.arguments]
        beside = {"from": [f"input{index}" for index in range(len(example.inputs))]} if len(example.inputs) > 1 else {}
        calls: list[Any] = [{name: dict(zip(example.arguments, example.arguments.values(), strict=True)), **beside}]
        if not given:
            calls += [{name: None, **beside}] + ([] if beside else [name])
        elif list(example.arguments) == names[: len(given)] and find(name).arity[0] == 1:
            calls += [{name: given, **beside}] if len(names) > 1 or not isinstance(given[0], list) else []
            calls += [{name: given[0], **beside}] if len(given) == 1 and not isinstance(given[0], list) else []
        for call in calls:
            assert problems({"input": [3, 8, 8], "layers": json.loads(json.dumps([call]))}) == []


# Unusual, and taken. Each is a list of layers, or a whole file.
AWKWARD = [
    "[{conv: ['8', '3']}]",
    "[{conv: [8.0, 3.0, 1.0e+0]}]",
    "[{conv: [08, 1e0]}]",
    "[{conv: {filters: +8, kernel: '- -3', padding: 0.0}}]",
    "[{conv: [8, 3, 1, \"'half'\"]}]",
    '[{conv: [8, [3, 1 + 2], 1, [[0, 1], ["1", 0.0]]]}]',
    "[{conv: [8, 3, 1, valid if true else half, 1, 1, not false]}]",
    "[{conv: {filters: '(8)', kernel: ' 3 ', bias: False}}]",
    "[{conv: {filters: 'min( in_size [0] , 9)', kernel: 3}}]",
    "[{max_pool: [2]}, {max_pool: [2, 2]}, {max_pool: [[2, 1]]}]",
    "[{pad: [1, 2]}, {pad: [[1, 2], 0]}, {pad: 1}, {crop: {cropping: [1, [1, 1]]}}]",
    "[{transpose: [0, 2, 1]}, {transpose: {order: [2, 1, 0]}}, flatten, {linear: '2**3'}]",
    "[{mean: [[1, 2]]}]",
    "[{mean: 1}]",
    "[{adaptive_avg_pool: [2, 3]}, {upsample: }, {upsample: [[1, 2], bilinear]}, {upsample: {mode: \"'nearest'\"}}]",
    "[{relu: }, {relu: {}}, {relu: []}, {'relu': ~}, {\"relu\": null}]",
    "[{relu: , name: 0x10}, {relu: , name: 1e5}, {relu: , name: true}, {relu: , name: 2012-09-30, from: true}]",
    "[{relu: , name: a-1, repeat: 0}, {relu: , name: _}, {relu: , name: 'x{2 * 3}', from: ['_']}]",
    "[{relu: , name: 'a{i}', repeat: 2}, {relu: , name: 'b{i}-{2*i}', repeat: '2', from: 'a{1 - i}'}]",
    "[{relu: , when: 'true'}, {relu: , when: 'in_channels == 3 and not in_size[0] > 2'}, {relu: , repeat: 2.0}]",
    "[{sequence: []}, {head: []}, {sequence: [relu], when: false, name: a}]",
    "[{add: [[], [relu]]}, {add: [[], []], from: input}, {add: {}, from: [input, input]}]",
    "[{add: [[], []], from: [input], repeat: 2, name: x, when: true}]",
    "[{slice: [0, 2]}, {slice: {part: 0, parts: 2}}, dropout, {dropout: 0}, {dropout: 0.999}]",
    "[{lrn: [5, 1e-4, .75, 2.]}, {leaky_relu: -1}, {elu: 2**0.5}]",
    "[flatten, {linear: 10}, {linear: [10, false]}, {linear: {units: 10, bias: 1 == 1}}]",
    "{input: 3, layers: [identity]}",
    "{input: '3', layers: [identity]}",
    "{input: [1, 2, 3, 4, 5, 6, 7, 8], layers: [identity]}",
    "{input: [n, 'm[0]', 4.0], vars: {n: 3, m: [4, [5]]}, layers: [identity]}",
    "{input: {a: n, b: [3, 8]}, vars: {n: [3, 8]}, layers: [{add: , from: [a, b]}, {matmul: [[], [transpose]]}]}",
    "{input: {a: [5, 7], b: [7, 5]}, layers: [{matmul: , from: [a, b]}, {matmul: {transpose_a: true}, from: [b, b]}]}",
    "{input: {a: [5, 7], b: [5, 7]}, layers: [{matmul: true, from: [a, b]}]}",
    "{name: 2012, source: true, vars: , blocks: ~, input: [3], layers: [relu]}",
    "{name: '', source: 2012-09-30, import: [], input: [3], layers: [relu]}",
    "{name: x, input: [3], layers: [relu], vars: {k: {default: 3x3, choices: [1x1, 3x3, \"'a b'\"]}, e: []}}",
    "{extends: lenet5}",
    "{extends: lenet5.yaml, vars: {classes: 7}}",
    "{import: vgg16, input: [3], layers: [relu]}",
    "{input: [3], blocks: {b: {args: , layers: []}, name: {layers: [relu]}}, layers: [b, name, {b: []}, {b: {}}]}",
    "{input: [3], blocks: {b: {args: {f: , g: [1, [2]], h: 3x3}, layers: [{relu: , repeat: f}]}},"
    " layers: [{b: 1}, {b: [1, 2, true]}, {b: {f: 1, h: \"'y'\"}, name: z, repeat: 2, from: input, when: i < 1}]}",
    "{input: [3], blocks: {b: {inputs: [l, r], layers: [{add: , from: [r, l]}]}},"
    " layers: [{b: , from: [input, input]}]}",
    # What nothing uses is read, but not evaluated.
    "{input: [3], blocks: {b: {args: {d: [[[[[[[[[1]]]]]]]]]}, layers: [{relu: , repeat: -1, when: 1}]}},"
    " layers: [relu]}",
    "{input: [3], layers: [{sequence: [{relu: , repeat: [2]}, {relu: , when: 3x3}], when: false}, relu]}",
    "{vars: &v {yes: 3, on: 2}, input: [yes, on], layers: [{conv: {filters: yes, kernel: 1}}]}",
    "? input\n: [3]\n? layers\n: - relu\n  - linear:\n      units: 2 *\n        3\n",
]


@pytest.mark.parametrize("text", AWKWARD)
def test_what_is_unusual_is_right(text: str) -> None:
    whole = f"{{input: [3, 8, 8], layers: {text}}}" if text.startswith("[") else text
    archcalc.loads(whole)
    assert problems(read(whole)) == []


# ---------------------------------------------------------------------------------------------
# What it refuses.

# No tree of values: not YAML, two documents, an alias of nothing or of itself, a tag, a list as a key.
NO_TREE = ["alias_itself", "alias_unknown", "key_not_a_word", "not_yaml", "tab", "tag", "two_documents"]

# The files of bad/ that it refuses. The others are wrong only when a name is followed (of a var, a layer, a block, an
# argument or another file), a value worked out (of an expression, of what is repeated) or a shape; or a key stands
# twice, which is gone when YAML is read.
REFUSED = [
    "a_list",
    "a_word",
    "about",
    "argument_beside_op",
    "attribute_access",
    "bad_layer_name",
    "block_wrong",
    "branch_not_a_list",
    "broken_head",
    "broken_layers_end_the_path",
    "control_character",
    "empty",
    "expression_arguments",
    "expression_syntax",
    "expression_values",
    "extends_list",
    "extends_missing",
    "extends_outside",
    "from_wrong",
    "indentation",
    "input_axes",
    "input_lists",
    "input_missing",
    "input_none",
    "input_not_sizes",
    "input_size_too_early",
    "input_text",
    "input_wrong",
    "inputs_of_lists",
    "layers_empty",
    "layers_missing",
    "layers_not_a_list",
    "merge_attribute",
    "merge_branches_and_names",
    "merge_key",
    "merge_one_branch",
    "missing_argument",
    "modifier_inside_op",
    "modifier_unknown",
    "no_cascade",
    "only_comments",
    "regions",
    "repeat_negative",
    "sequence_ops",
    "several_places",
    "several_shapes",
    "shares",
    "size_as_text",
    "source_wrong",
    "surplus_argument",
    "text_too_long",
    "too_many_inputs",
    "too_many_mistakes",
    "two_ops_in_one",
    "unknown_attribute",
    "unknown_function",
    "unknown_key",
    "unknown_op",
    "unquoted_braces",
    "var_wrong",
    "vars_list",
    "when_not_a_condition",
    "wrong_number",
    "wrong_padding",
    "wrong_type",
]


def is_tree(text: str) -> bool:
    try:
        read(text)
    except yaml.YAMLError:
        return False
    return True


def test_what_is_left_to_the_parser() -> None:
    assert [path.stem for path in sorted(BAD.glob("*.yaml")) if not is_tree(path.read_text("utf-8"))] == NO_TREE


def test_what_is_refused() -> None:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(BAD.glob("*.yaml"))}
    found = [name for name, text in texts.items() if name not in NO_TREE and problems(read(text))]
    assert found == REFUSED


# One mistake each: where it is seen, in a file that is right but for it.
MISTAKES = [
    ("{conv: [8, 3], groups: 4}", "$.layers[0]"),
    ("{conv: [8, 3], relu: }", "$.layers[0]"),
    ("{conv: [8, 3], nmae: x}", "$.layers[0]"),
    ("{conv: {filters: 8, kernal: 3}}", "$.layers[0].conv"),
    ("{conv: {filters: 8, kernel: }}", "$.layers[0].conv.kernel"),
    ("{conv: {filters: 8, kernel: 3, name: a}}", "$.layers[0].conv"),
    ("{conv: {kernel: 3}}", "$.layers[0].conv"),
    ("{conv: [8]}", "$.layers[0].conv"),
    ("{conv: 8}", "$.layers[0].conv"),
    ("{conv: }", "$.layers[0].conv"),
    ("conv", "$.layers[0]"),
    ("add", "$.layers[0]"),
    ("sequence", "$.layers[0]"),
    ("maxpool", "$.layers[0]"),
    ("", "$.layers[0]"),
    ("[relu]", "$.layers[0]"),
    ("{}", "$.layers[0]"),
    ("{name: a}", "$.layers[0]"),
    ("{maxpool: 2}", "$.layers[0]"),
    ("{conv: [0, 3]}", "$.layers[0].conv[0]"),
    ("{conv: [8.5, 3]}", "$.layers[0].conv[0]"),
    ("{conv: [8, [3, 0]]}", "$.layers[0].conv[1][1]"),
    ("{conv: [8, []]}", "$.layers[0].conv[1]"),
    ("{conv: [[8], 3]}", "$.layers[0].conv[0]"),
    ("{conv: [8, 3x3]}", "$.layers[0].conv[1]"),
    ("{conv: [8, half]}", "$.layers[0].conv[1]"),
    ("{conv: [8, 3 3]}", "$.layers[0].conv[1]"),
    ("{conv: [8, 3 +]}", "$.layers[0].conv[1]"),
    ("{conv: [8, 'maximum(3)']}", "$.layers[0].conv[1]"),
    ("{conv: [8, 3, 1, -1]}", "$.layers[0].conv[3]"),
    ("{conv: [8, 3, 1, [[1, 2, 3]]]}", "$.layers[0].conv[3][0]"),
    ("{conv: [8, 3, 1, 0, 1, 1, 1]}", "$.layers[0].conv[6]"),
    ("{conv: [8, 3, 1, 0, 1, 1, true, 9]}", "$.layers[0].conv"),
    ("{relu: 6}", "$.layers[0].relu"),
    ("{relu: [6]}", "$.layers[0].relu"),
    ("{relu: , from: [input, input]}", "$.layers[0].from"),
    ("{relu: , from: []}", "$.layers[0].from"),
    ("{relu: , name: first conv}", "$.layers[0].name"),
    ("{relu: , name: '12'}", "$.layers[0].name"),
    ("{relu: , name: {i}}", "$.layers[0].name"),
    ("{relu: , repeat: }", "$.layers[0].repeat"),
    ("{relu: , when: in_channels = 3}", "$.layers[0].when"),
    ("{lstm: [4, 33]}", "$.layers[0].lstm[1]"),
    ("{mean: 8}", "$.layers[0].mean"),
    ("{dropout: 1}", "$.layers[0].dropout"),
    ("{pad: []}", "$.layers[0].pad"),
    ("{add: [[relu]]}", "$.layers[0].add"),
    ("{add: [relu, []]}", "$.layers[0].add[0]"),
    ("{add: [[], [rleu]]}", "$.layers[0].add[1][0]"),
    ("{add: [[], []], from: [input, input]}", "$.layers[0].from"),
    ("{add: }", "$.layers[0]"),
    ("{add: , from: input}", "$.layers[0].from"),
    ("{add: {axis: 1}, from: [input, input]}", "$.layers[0].add"),
    ("{matmul: [[], [], []]}", "$.layers[0].matmul"),
    ("{matmul: , from: [input, input, input]}", "$.layers[0].from"),
    ("{sequence: relu}", "$.layers[0].sequence"),
    ("{head: [rleu]}", "$.layers[0].head[0]"),
]


def places(spec: Any) -> set[str]:
    """Where it finds something wrong, inside alternatives too."""
    pending, found = list(VALIDATOR.iter_errors(spec)), set()
    while pending:
        error = pending.pop()
        found.add(error.json_path)
        pending += error.context or ()
    return found


@pytest.mark.parametrize(("layer", "place"), MISTAKES)
def test_a_mistake_is_seen_at_its_place(layer: str, place: str) -> None:
    text = f"input: [3, 8, 8]\nlayers:\n  - {layer}\n"
    assert not is_taken(text)
    assert place in places(read(text))


OPEN = "input: [3, 8, 8]\nblocks: {b: {args: {f: 1}, layers: [relu]}}\nlayers:\n  - "


def test_with_blocks_any_name_may_be_one() -> None:
    assert problems(read(OPEN + "c")) == []
    assert problems(read(OPEN + "{c: [1, {}]}")) != []
    for layer in ["conv", "head", "{sequence: }", "in_size", "{b: , f: 2}", "{b: , repaet: 2, name: x}", "{2b: }"]:
        assert not is_taken(OPEN + layer)
        assert problems(read(OPEN + layer)) != []


def test_these_tests_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """A schema that has lost an attribute refuses the zoo; one that has lost a rule refuses too little."""
    narrow, wide = schema(), schema()
    del narrow["definitions"]["op_conv"]["properties"]["padding"]
    del wide["definitions"]["modifiers"]["dependencies"]["conv"]
    second_input = "{conv: [8, 3], from: [input, input]}", "$.layers[0].from"
    test_a_mistake_is_seen_at_its_place(*second_input)
    here = sys.modules[__name__]
    monkeypatch.setattr(here, "VALIDATOR", jsonschema.Draft7Validator(narrow))
    with pytest.raises(AssertionError):
        test_the_zoo_is_right(ROOT / "specs" / "families" / "vgg.yaml")
    monkeypatch.setattr(here, "VALIDATOR", jsonschema.Draft7Validator(wide))
    with pytest.raises(AssertionError):
        test_a_mistake_is_seen_at_its_place(*second_input)


# ---------------------------------------------------------------------------------------------
# What it is made from.


@dataclass(frozen=True)
class Sharpen:
    """Sharpening, an op of this test.

    Nothing more of this is shown.
    """

    strength: int = attribute(REAL, "how strong it is")
    mode: str = attribute(choice("soft", "hard"), "how it sounds", "soft")

    arity = ONE_INPUT


def test_a_new_op_appears_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    here = types.ModuleType("archcalc.ops.sharpen")
    here.Sharpen = Sharpen  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, here.__name__, here)
    monkeypatch.setitem(OPS, "sharpen", "Sharpen")
    op = schema()["definitions"]["op_sharpen"]
    assert op["description"] == "Sharpening, an op of this test."
    assert op["required"] == ["strength"]
    assert op["properties"]["mode"]["description"] == "how it sounds: one of: soft, hard"
    assert op["properties"]["mode"]["default"] == "soft"
    validator = jsonschema.Draft7Validator(schema())
    text = "{input: [3], layers: [{sharpen: 2}, {sharpen: [0.5, hard]}]}"
    assert list(validator.iter_errors(read(text))) == []
    assert list(validator.iter_errors(read(text.replace("2", "soft, x: 1")))) != []


def test_a_modifier_that_it_does_not_know_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MODIFIERS", (*module.MODIFIERS, "after"))
    with pytest.raises(KeyError, match="after"):
        schema()


def test_kinds_of_one_wording_are_one() -> None:
    """A definition is named by what a kind expects: two that differ may not say the same."""
    kinds = [kind_of(op_field) for name in OPS for op_field in fields(find(name))]
    wordings: dict[str, Any] = {}
    for kind in kinds:
        facts = kind._replace(read=None, is_dimension=False)
        assert wordings.setdefault(module._kind_name(kind), facts) == facts


LONG = ["(", "1+", " ", "a ", "1 if ", "1)", "not ", "max( ", "1x1", "1 )  ", "a[ ", "1  + ", "a and not ", "-", "'"]


@pytest.mark.parametrize("part", LONG)
def test_no_text_takes_long(part: str) -> None:
    """A pattern that could match in many ways would take years here."""
    text = (part * 1000)[:999] + "$"
    start = time.perf_counter()
    assert problems({"input": text, "layers": [{"relu": None, "when": text, "name": text}]}) != []
    assert time.perf_counter() - start < 1
