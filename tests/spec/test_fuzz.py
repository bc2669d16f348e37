"""Whatever text is given, there is a report or an ArchcalcError: mutated specs, and random ones."""

import re
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import archcalc
from archcalc.ops import OPS

INPUT = "input: [3, 8, 9]\n"


def report(text):
    """Everything that is computed and written for a spec."""
    found = archcalc.analyze(archcalc.loads(text))
    return found.to_json(), str(found), found._repr_html_()


SPEC_TEXTS = [
    path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parents[2] / "specs").glob("*.yaml"))
] + [
    INPUT + "layers: [{conv: [8, 3], name: a}, {relu: , repeat: 2}, {add: [[], [{conv: [8, 1]}]]}, {head: [flatten]}]",
    "input: {a: [3, 9, 7], b: [4]}\nvars: {n: 2, w: [4, 8]}\nblocks:\n  c:\n    args: {f: , k: 3}\n    inputs: [x]\n"
    "    layers:\n    - {conv: {filters: 'w[i]', kernel: k, padding: same}, name: 'c{i}'}\n    - batch_norm\n"
    "layers:\n- {c: [4], repeat: n, from: a}\n- {c: {f: 3}, when: in_channels > 2 and n != 1}\n"
    "- {multiply: , from: [a, a]}\n- {sequence: [global_avg_pool, {linear: in_channels // 2}], name: s}\n",
]
LANGUAGE = """
name source extends import input vars blocks layers args inputs default choices from repeat when sequence head
filters kernel stride padding dilation groups bias units rate size i n w f x a b in_channels in_size half same valid
true false null and or not if else min max sum len sqrt log2 floor ceil round int make_divisible vgg16 lenet5
0 1 2 3 -1 7 64 1.5 1e9 2**70 10**300 1/0 0.1 3x3 [] {} [1,2] [[1,2],[0,1]] {a:1} '' "" *a &a <<:*a {i} cell_{i} n*n
( ) [ ] { } : , - + * / // % ** < <= == != > ? # & ! | @ ` ~ é ' " \\ . .. ---
"""
SPACES = [" ", "\n", "\r", "\t", "\0", "\x1b", "\ufeff", "\ud800", "\n  - ", "\n- ", ": ", ", ", "*a ", "&a ", "---\n"]
WORDS = [*OPS, *LANGUAGE.split(), *SPACES]
PIECE = st.one_of(st.sampled_from(WORDS), st.characters(), st.integers().map(str))


@st.composite
def mutated(draw):
    """A spec in which some stretches are replaced, doubled or left out."""
    text = draw(st.sampled_from(SPEC_TEXTS))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 12)))
        piece = draw(st.one_of(st.just(""), PIECE, st.just(text[start:end] * 2)))
        text = text[:start] + piece + text[end:]
    return text


@st.composite
def mutated_words(draw):
    """A spec in which some words are exchanged for others."""
    parts = re.split(r"(\w+|\s+)", draw(st.sampled_from(SPEC_TEXTS)))
    for _ in range(draw(st.integers(1, 6))):
        parts[draw(st.integers(0, len(parts) - 1))] = draw(PIECE)
    return "".join(parts)


def flow(tree):
    """A tree of lists, dicts and words as YAML in flow style."""
    if isinstance(tree, list):
        return "[" + ", ".join(flow(item) for item in tree) + "]"
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in tree.items()) + "}"
    return tree


LEAF = st.one_of(
    st.sampled_from(WORDS), st.integers(-3, 300).map(str), st.sampled_from(["''", "n*2", "w[0]", "in_channels", "2*i"])
)
TREE = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(WORDS[:60]), inner, max_size=3)
    ),
    max_leaves=12,
)
LAYER = st.one_of(
    st.sampled_from(list(OPS)),
    st.builds(
        lambda op, arguments, modifiers: {op: arguments, **modifiers},
        st.sampled_from([*OPS, "c", "d", "sequence", "head"]),
        TREE,
        st.dictionaries(st.sampled_from(["name", "from", "repeat", "when"]), TREE, max_size=2),
    ),
)
TREES = st.builds(
    lambda size, layers, variables, c, d: flow(
        {"input": size, "vars": variables, "blocks": {"c": c, "d": d}, "layers": layers}
    ),
    st.one_of(st.just(["3", "8", "9"]), TREE),
    st.lists(LAYER, max_size=6),
    st.dictionaries(st.sampled_from(["n", "w", "a", "b"]), TREE, max_size=3),
    st.fixed_dictionaries({"layers": st.lists(LAYER, max_size=3)}, optional={"args": TREE, "inputs": TREE}),
    st.fixed_dictionaries({"layers": st.lists(LAYER, max_size=3)}),
)


SMALL = st.sampled_from(["1", "1", "2", "3"])
NUMBER = st.sampled_from(
    ["1", "1", "2", "3", "4", "7", "n", "'w[0]'", "in_channels", "2**900", "0", "i + 1", "'in_size[0]'", "[1, 2]"]
)
ARGUMENTS = {
    "conv": ["filters", "kernel", "dilation", "groups"],
    "depthwise_conv": ["kernel", "multiplier", "dilation"],
    "linear": ["units"],
    "max_pool": ["kernel", "dilation"],
    "avg_pool": ["kernel"],
    "adaptive_avg_pool": ["size"],
    "adaptive_max_pool": ["size"],
    "embedding": ["vocabulary", "width"],
    "lstm": ["units", "layers"],
    "gru": ["units", "layers"],
    "attention": ["heads", "width", "out"],
    "pad": ["padding"],
    "crop": ["cropping"],
    "lrn": ["size"],
    "group_norm": ["groups"],
    "ws_conv": ["filters", "kernel"],
    "slice": ["part", "parts"],
    "channel_shuffle": ["groups"],
    "space_to_depth": ["block"],
    "reshape": ["shape"],
    "mean": ["axes"],
    "c": ["f"],
}


@st.composite
def plausible(draw, depth=3):
    """A layer whose form is right, with numbers that may not be."""
    simple = [*ARGUMENTS, "relu", "softmax", "batch_norm", "flatten", "global_avg_pool", "dropout"]
    simple += ["transpose", "layer_norm", "instance_norm", "class_token", "positional_embedding", "prelu", "std_pool"]
    name = draw(st.sampled_from([*simple, *(["add", "concat", "multiply", "sequence", "head"] if depth else [])]))
    bodies = st.lists(plausible(depth - 1), max_size=3) if depth else st.just([])
    if name in ("sequence", "head"):
        layer = {name: draw(bodies)}
    elif name in ("add", "concat", "multiply"):
        layer = {name: draw(st.lists(bodies, min_size=2, max_size=3))}
    elif name in ARGUMENTS:
        layer = {name: {key: draw(SMALL if key == "kernel" else NUMBER) for key in ARGUMENTS[name]}}
    else:
        layer = {name: ""}
    for key, values in (
        ("repeat", ["0", "1", "3", "n"]),
        ("when", ["true", "n > 1", "in_channels > 3", "i == 0"]),
        ("from", ["input", "a", "b", "[a, b]", "[input, input]", "'a{n}'"]),
        ("name", ["a", "b", "'a{i}'", "'a{n}'"]),
    ):
        if draw(st.integers(0, 11)) == 0:
            layer[key] = draw(st.sampled_from(values))
    return layer


NETWORKS = st.builds(
    lambda size, layers, inner: (
        f"input: {size}\nvars: {{n: 2, w: [4, 8]}}\nblocks: {{c: {{args: {{f: 3}}, layers: {flow(inner)}}}}}\n"
        f"layers: {flow(layers)}\n"
    ),
    st.sampled_from(["[3, 8, 9]", "[4, 30]", "[2, 5, 6, 7]", "7", "[1, 2**600, 1]"]),
    st.lists(plausible(), min_size=1, max_size=6),
    st.lists(plausible(1), max_size=2),
)


def mistakes(text):
    """What is said of a text, one mistake a line; nothing of a network."""
    try:
        report(text)
    except archcalc.ArchcalcError as error:
        return str(error).split("\n")
    return []


@settings(max_examples=300, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(mutated(), mutated_words(), TREES, NETWORKS))
def test_any_text_gives_a_report_or_an_error(text):
    assert all(line and line.isprintable() for line in mistakes(text))
