"""No input ends in a traceback, a hang or unbounded memory: it is a network, or an ArchcalcError that says why not."""

import os
import resource
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import archcalc
from archcalc.spec import document
from archcalc.spec.locate import read_file

INPUT = "input: [3, 8, 9]\n"
BILLIONS = ["a: &a [x, x, x, x, x, x, x, x, x]"] + [
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in zip("abcdefgh", "bcdefghj", strict=True)
]


def report(text, **overrides):
    """Everything that is computed and written for a spec."""
    found = archcalc.analyze(archcalc.loads(text, **overrides))
    return found.to_json(), str(found), found._repr_html_()


def many(pattern, count):
    """Items of a list, numbered in the first place of the pattern; the second holds the number after it."""
    return ", ".join(pattern.format(index, index + 1) for index in range(count))


def blocks(count, body):
    """Blocks b0, b1, ... of which each has a body around the next, and a last one."""
    lines = [f"  b{index}: {{layers: {body.format(f'b{index + 1}')}}}" for index in range(count)]
    return INPUT + "\n".join(["blocks:", *lines, f"  b{count}: {{layers: [relu]}}", "layers: [b0]"])


def chain(count, first, step):
    """Vars v0, v1, ... each computed from the one before."""
    steps = [f"  v{index}: {step.format(f'v{index - 1}')}" for index in range(1, count)]
    return INPUT + "\n".join(["vars:", f"  v0: {first}", *steps, f"layers: [{{linear: v{count - 1}}}]"])


# A text, and words of the message that it must cause.
REFUSED = {
    "nothing": ("", "the file is empty"),
    "comments": ("# one\n# two\n", "the file is empty"),
    "NUL": ("input: [3]\nlayers: [re\0lu]", "<text>:2:12: found the control character U+0000"),
    "lone surrogate": ("input: [3]\nlayers: [\ud800]", "<text>:2:10: found the control character U+D800"),
    "escape character": ("é: ü\x1b[31m", "<text>:1:5: found the control character U+001B"),
    "second BOM": ("\ufeffinput: \ufeff[3]\nlayers: [relu]", "<text>:1:"),
    "brackets": ("[" * 100_000, "nested deeper than 100 levels"),
    "braces": ("{a: " * 100_000, "nested deeper than 100 levels"),
    "indented": ("".join(" " * depth + "a:\n" for depth in range(2_000)), "nested deeper than 100 levels"),
    "dashes": ("- " * 100_000, "nested deeper than 100 levels"),
    "aliases in vars": (INPUT + "vars:\n  " + "\n  ".join(BILLIONS) + "\nlayers: [relu]", "unfolds to more than"),
    "aliases in layers": (
        INPUT
        + "layers:\n- sequence: &a [relu, relu, relu, relu]\n"
        + "\n".join(
            f"- sequence: &{b} [{', '.join([f'{{sequence: *{a}}}'] * 6)}]"
            for a, b in zip("abcdefg", "bcdefgh", strict=True)
        ),
        "unfolds to more than",
    ),
    "aliases in arguments": (INPUT + "layers:\n- conv:\n    " + "\n    ".join(BILLIONS), "unfolds to more than"),
    "list of itself": ("input: &a [*a]\nlayers: [relu]", "contains itself"),
    "layers of themselves": (INPUT + "layers: &a [{sequence: *a}]", "contains itself"),
    "alias of a block in itself": (INPUT + "blocks: {b: &b {layers: [*b]}}\nlayers: [b]", "contains itself"),
    "repeat": (INPUT + "layers: [{relu: , repeat: 10**9}]", "found 1000000000 repetitions"),
    "repeat, of many digits": (
        INPUT + f"layers: [{{relu: , repeat: {'9' * 900}}}]",
        "bits, more than any network needs",
    ),
    "nested repeats": (
        INPUT + "layers: [{sequence: [{sequence: [{relu: , repeat: 1000}], repeat: 1000}], repeat: 1000}]",
        "unfolds to more than 200,000 layers",
    ),
    "nested repeats of nothing": (
        INPUT + "layers: [{sequence: [{sequence: [{relu: , when: false, repeat: 1000}], repeat: 1000}], repeat: 1000}]",
        "unfolds to more than 200,000 layers",
    ),
    "repeated empty sequences": (
        INPUT + "layers: [{sequence: [{sequence: [], repeat: 1000}], repeat: 1000}]",
        "unfolds to",
    ),
    "doubling blocks": (blocks(60, "[{0}, {0}]"), "unfolds to more than 200,000 layers"),
    "blocks in blocks": (blocks(100, "[{0}]"), "nested deeper than 64 levels"),
    "sequences in blocks": (blocks(40, "[{{sequence: " * 40 + "[{0}]" + "}}]" * 40), "nested deeper than 64 levels"),
    "branches in branches": (blocks(60, "[{{add: [[{0}], [{0}]]}}]"), "nested deeper than 64 levels"),
    "many branches": (INPUT + f"layers: [{{add: [{'[], ' * 2_000}], repeat: 100_000}}]".replace("_", ""), "unfolds to"),
    "many inputs": (
        f"input: {{x0: [3, 8, 9]}}\nlayers: [{{add: , from: [{'x0, ' * 2_000}'x{{0*i}}'], repeat: 100000}}]",
        "unfolds to",
    ),
    "long lists evaluated often": (
        INPUT + f"blocks: {{b: {{args: {{a: [{'i, ' * 999}]}}, layers: [relu]}}}}\nlayers: [{{b: , repeat: 200000}}]",
        "unfolds to",
    ),
    "doubling channels": (INPUT + "layers: [{concat: [[], []], repeat: 20000}]", "larger than any network needs"),
    "growing sizes": (
        INPUT + "layers: [{pad: 2**1000}, {flatten: }, {linear: 2**1000, repeat: 100}]",
        "larger than any",
    ),
    "power": (INPUT + "layers: [{linear: 9**9**9**9}]", "is too large"),
    "power of a power": (INPUT + "layers: [{linear: (2**4000)**4000}]", "is too large"),
    "power through vars": (chain(40, 3, "{0}**3"), "is too large"),
    "product through vars": (chain(40, 3, "{0}*{0}"), "the result is too large"),
    "list through vars": (chain(40, "[1, 1]", "[{0}, {0}]"), "holds more than 1,000 values"),
    "deep list through vars": (chain(40, "[1]", "[{0}]"), "deeper than 8 levels"),
    "long chain of vars": (
        INPUT + "vars:\n" + "".join(f"  v{n}: v{n + 1} + 1\n" for n in range(5_000)) + "  v5000: 1\nlayers: [relu]",
        "too long a chain",
    ),
    "long list": (INPUT + f"vars: {{a: [{'1, ' * 5_000}]}}\nlayers: [relu]", "a list of 5,000 values"),
    "long line": (INPUT + "layers: [" + "relu, " * 300_000 + "]", "more than"),
    "long word": (INPUT + f"layers: [{'x' * 1_000_000}]", "a text of 1,000,000 characters"),
    "long expression": (INPUT + f"layers: [{{linear: {'1' * 1_500}}}]", "an expression of 1500 characters"),
    "long sum": (INPUT + f"layers: [{{linear: {'+'.join('1' * 400)}}}]", "more than 100 operators"),
    "many mistakes": (INPUT + "layers:\n" + "- cnv\n" * 100_000, "the search ended after 100"),
    "many mistakes in repeats": (INPUT + "layers: [{conv: [i + 0.5, 1], repeat: 200000}]", "found 0.5, expected"),
    "number of 5000 digits": (INPUT + f"layers: [{{linear: {'7' * 5_000}}}]", "a text of 5,000 characters"),
    "number of 900 digits": (INPUT + f"layers: [{{linear: {'7' * 900}}}]", "bits, more than any network needs"),
    "infinity": (INPUT + "layers: [{linear: .inf}]", "cannot read '.inf'"),
    "not a number": (INPUT + "layers: [{linear: .nan}]", "cannot read '.nan'"),
    "float without end": (INPUT + "layers: [{linear: 1e999}]", "the number 1e999 is too large"),
    "negative zero": (INPUT + "layers: [{linear: -0.0}]", "expected a whole number of at least 1"),
    "absolute path": ("extends: /etc/passwd\n" + INPUT + "layers: [relu]", "expected a path relative to this file"),
    "path outside": ("extends: ../../x\n" + INPUT + "layers: [relu]", "there is no file '../../x'"),
    "path with a NUL": ('extends: "a\\0.yaml"\n' + INPUT + "layers: [relu]", "expected a path relative to this file"),
    "long path": (f"extends: {'a/' * 900}b.yaml\n" + INPUT + "layers: [relu]", "there is no file"),
    "folder": ("extends: .\n" + INPUT + "layers: [relu]", "there is no file '.'"),
    "list as a key": (INPUT + "layers: [{[1]: 2}]", "found a list as a key"),
    "mapping as a key": ("{a: b}: c", "found a mapping as a key"),
    "nothing as a key": (INPUT + "~: 1\nlayers: [relu]", "unknown key '~'"),
    "number as a key": (INPUT + "layers: [{1: 2}]", "unknown op or block '1'"),
    "tag": ("input: !!python/object/apply:os.system ['true']\nlayers: [relu]", "found the tag"),
    "tag of a scalar": ("input: !!int '3'\nlayers: [relu]", "found the tag '!!int'"),
    "merge key": ("vars: &v {a: 1}\n<<: *v\n" + INPUT + "layers: [relu]", "unknown key '<<'"),
    "many wrong names among many": (
        INPUT + f"vars: {{{many('v{}: 1', 30_000)}}}\nlayers: [{many('{{linear: w{}}}', 80)}]",
        "unknown name 'w7'",
    ),
    "documents": (INPUT + "layers: [relu]\n---\na: b\n", "found a second document"),
    "directive": ("%YAML 3.7\n---\n" + INPUT, "this is not YAML"),
    "tab": ("input:\n\t- 3\nlayers: [relu]", "indent with spaces, not tabs"),
    "script as a name": (INPUT + "layers: [{relu: , name: <script>}]", "'<script>' cannot name a layer"),
    "control character in a layer's name": (
        INPUT + 'layers: [{relu: , name: "a\\eb"}]',
        r"'a\x1bb' cannot name a layer",
    ),
    "control character in a name": ('name: "a\\x07"\n' + INPUT + "layers: [relu]", "holds a line break or control"),
    "bidirectional override in a name": (
        'name: "a\\u202Eb"\n' + INPUT + "layers: [relu]",
        "holds a line break or control",
    ),
    "name of another script": (INPUT + "layers: [{relu: , name: слой}]", "cannot name a layer"),
    "digits of another script": (INPUT + "layers: [{linear: ١٢}]", "cannot read"),
    "attribute": (INPUT + "layers: [{linear: in_size.__class__}]", "cannot read '.__class__'"),
    "builtin": (INPUT + "layers: [{linear: open('/etc/passwd')}]", "unknown function 'open'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    text, words = REFUSED[case]
    with pytest.raises(archcalc.ArchcalcError) as caught:
        report(text)
    message = str(caught.value)
    assert words in message
    assert all(line.isprintable() for line in message.split("\n"))
    assert len(message) < 30_000


ACCEPTED = {
    "BOM": "\ufeff" + INPUT + "layers: [relu]",
    "CRLF": INPUT.replace("\n", "\r\n") + "layers:\r\n  - conv: [8, 3]\r\n  - relu\r\n",
    "old Mac line ends": "input: [3, 8, 9]\rlayers: [relu]\r",
    "tab inside a line": "input:\t[3, 8, 9]\t# three channels\nlayers: [relu]",
    "script as the network's name": "name: <script>alert(1)</script>\n" + INPUT + "layers: [relu]",
    "name of another script": "name: сеть 网络 🦎\n" + INPUT + "layers: [relu]",
    "document markers": "---\n" + INPUT + "layers: [relu]\n...\n",
    "alias": INPUT + 'vars: {a: &a [4, 5], b: *a}\nlayers: [{conv: ["b[1]", 1]}]',
    "anchor on a layer": INPUT + "layers: [&c {conv: [3, 1]}, *c]",
    "deepest lists": INPUT + f"vars: {{a: {'[' * 8}1{']' * 8}}}\nlayers: [relu]",
    "large numbers": INPUT + "layers: [{linear: 2**1023}, {linear: 7**300}]",
    "many layers": INPUT + "layers: [{relu: , repeat: 20000}]",
    # Minutes, where every argument, repetition or block copies the names that are known to it.
    "many arguments": INPUT + f"blocks: {{b: {{args: {{{many('a{}: 1', 60_000)}}}, layers: [relu]}}}}\nlayers: [b]",
    "many vars and repetitions": INPUT
    + f"vars: {{{many('v{}: 1', 30_000)}}}\nlayers: [{many('{{relu: , repeat: 1}}', 5_000)}]",
    "many vars and blocks": INPUT
    + f"vars: {{{many('v{}: 1', 30_000)}}}\nblocks: {{{many('b{}: {{layers: [relu]}}', 5_000)}}}\nlayers: [relu]",
    "a long chain of blocks": INPUT
    + f"blocks: {{{many('b{}: {{layers: [b{}]}}', 20_000)}, b20000: {{layers: [relu]}}}}\nlayers: [relu]",
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_accepted(case):
    json, text, html = report(ACCEPTED[case])
    assert "<script>" not in html
    assert json
    assert text


@pytest.fixture
def ladder(tmp_path):
    """Builds files on some levels, two on each, which both import both of the next: 2**levels paths."""

    def build(levels):
        for level in range(levels):
            for side in "ab":
                other = "" if level == levels - 1 else f"import: [a{level + 1}.yaml, b{level + 1}.yaml]\n"
                (tmp_path / f"{side}{level}.yaml").write_text(f"{other}blocks: {{{side}{level}: {{layers: [relu]}}}}\n")
        (tmp_path / "top.yaml").write_text(f"import: a0.yaml\n{INPUT}layers: [a0, b{levels - 1}]\n")
        return tmp_path / "top.yaml"

    return build


def test_a_file_is_read_once_however_often_it_is_imported(ladder, monkeypatch):
    read = []
    monkeypatch.setattr(document, "read_file", lambda path, where=None: read.append(path) or read_file(path, where))
    top = ladder(6)
    assert len(archcalc.load(top).layers) == 3
    assert len(read) == len(set(read)) == 12  # top, a0, and two on each of the other five


def test_the_number_of_files_is_bounded(ladder):
    with pytest.raises(archcalc.ArchcalcError, match="more than 32 files extend or import one another"):
        archcalc.load(ladder(20))


BYTES = {
    "UTF-16": ("input: [3]\nlayers: [relu]".encode("utf-16"), "is not UTF-8 text: byte 0xff in line 1"),
    "UTF-16 without BOM": ("input: [3]".encode("utf-16-le"), "found the control character U+0000"),
    "Latin-1": ("input: [3]\nname: é\n".encode("latin-1"), "is not UTF-8 text: byte 0xe9 in line 2"),
    "cut character": ("name: é".encode()[:-1], "is not UTF-8 text: byte 0xc3 in line 1"),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0", "is not UTF-8 text: byte 0x89 in line 1"),
    "NUL bytes": (bytes(1000), "found the control character U+0000"),
    "10 MB of spaces": (b" " * 10_000_000, "the file is empty"),
    "10 MB of one word": (b"x" * 10_000_000, "a text of 10,000,000 characters"),
    "10 MB of layers": (b"input: [3]\nlayers:\n" + b"- relu\n" * 1_400_000, "unfolds to more than 500,000 values"),
    "17 MB": (b"#" * 17 * 2**20, "is larger than 16 MiB"),
}


@pytest.mark.parametrize("case", BYTES)
def test_bytes(case, tmp_path):
    data, words = BYTES[case]
    file = tmp_path / "spec.yaml"
    file.write_bytes(data)
    with pytest.raises(archcalc.ArchcalcError) as caught:
        archcalc.load(file)
    assert words in str(caught.value)


def test_folder(tmp_path):
    with pytest.raises(archcalc.ArchcalcError, match="Is a directory"):
        archcalc.load(tmp_path)


def test_a_folder_does_not_hide_a_network_of_the_zoo(tmp_path, monkeypatch):
    (tmp_path / "lenet5").mkdir()
    monkeypatch.chdir(tmp_path)
    assert archcalc.load("lenet5").name == "LeNet-5"


def test_endless_file():
    with pytest.raises(archcalc.ArchcalcError, match="larger than 16 MiB"):
        archcalc.load("/dev/zero")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_file(tmp_path):
    file = tmp_path / "spec.yaml"
    file.touch(mode=0)
    with pytest.raises(archcalc.ArchcalcError, match="Permission denied"):
        archcalc.load(file)


SPECS = ["", "\0", "missing.yaml", "vgg61", "a" * 10_000, "a/" * 5_000, "~", "\ud800", b"lenet5", None, 3]


@pytest.mark.parametrize("spec", SPECS, ids=ascii)
def test_no_such_spec(spec):
    with pytest.raises(archcalc.ArchcalcError) as caught:
        archcalc.load(spec)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("text", [None, 3, b"input: [3]", ["input"]], ids=ascii)
def test_no_text(text):
    with pytest.raises(archcalc.ArchcalcError, match="expected a spec as text"):
        archcalc.loads(text)


OWN_LIST = []
OWN_LIST.append(OWN_LIST)

BAD_VALUES = [
    None,
    "text",
    "half",
    float("nan"),
    float("inf"),
    -float("inf"),
    -1,
    0,
    2.5,
    10**400,
    10**5000,
    object(),
    np.float64(2.5),
    np.float64("nan"),
    np.int64(-1),
    np.bool_(True),
    np.str_("text"),
    np.array(["a"]),
    np.array([1.5]),
    True,
    [],
    [10],
    OWN_LIST,
    range(10**12),
    range(10**30),
    [[[10]] * 1_000] * 1_000,
    Fraction(1, 2),
    Decimal(10),
    1j,
    b"10",
    {"a": 1},
    lambda: 1,
    ...,
]


@pytest.mark.parametrize("value", BAD_VALUES, ids=lambda value: type(value).__name__)
def test_bad_override(value):
    with pytest.raises(archcalc.ArchcalcError) as caught:
        archcalc.analyze(archcalc.load("lenet5", classes=value)).to_json()
    assert "classes" in str(caught.value) or "expected" in str(caught.value) or "more than" in str(caught.value)
    assert len(str(caught.value)) < 1_000


@pytest.mark.parametrize("value", [7, 7.0, np.int64(7), np.float64(7), np.uint8(7), np.array(7)], ids=repr)
def test_good_override(value):
    found = archcalc.analyze(archcalc.load("lenet5", classes=value))
    assert found.layers[-1]["output"] == [7]
    assert '"classes": 7' in found.to_json()


@pytest.mark.parametrize("value", [10**5000, -(10**5000), [1, [10**5000]]], ids=["positive", "negative", "in a list"])
def test_huge_override_of_a_var_that_is_only_shown(value):
    with pytest.raises(archcalc.ArchcalcError, match=r"the var 'n' cannot be a number of 166.. bits"):
        archcalc.loads(INPUT + "vars: {n: 1}\nlayers: [relu]", n=value)


def test_unknown_override():
    with pytest.raises(archcalc.ArchcalcError, match="there is no var 'clases' to set; did you mean 'classes'"):
        archcalc.load("lenet5", clases=3)


def test_the_memory_of_this_process_stayed_bounded():
    """All of the above in less than 2 GiB; ru_maxrss is in KiB."""
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2 * 2**20


def test_a_tensor_has_few_enough_values_to_print_what_is_done_with_all_pairs_of_them():
    size = ", ".join(["10**308"] * 8)
    with pytest.raises(archcalc.ArchcalcError, match="the input holds more values than any network needs"):
        archcalc.loads(f"input: [{size}]\nlayers: [attention]")
    text = "input: [10**308, 10**308, 10**308, 10**308]\nlayers: [{attention: {width: 10**308}}]"
    assert str(archcalc.analyze(archcalc.loads(text), batch=10**308))
