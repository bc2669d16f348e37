"""Check files: verdicts, and every mistake with its place."""

import pytest

import archcalc
from archcalc.checking.verdicts import ERRATUM, FAILS, HOLDS, ROUNDED, UNDER


@pytest.fixture
def checked(tmp_path):
    def run(text):
        file = tmp_path / "claims.yaml"
        file.write_text(text, encoding="utf-8")
        return archcalc.check(file)

    return run


VGG = "{spec: vgg16, quantity: totals.params, "


@pytest.mark.parametrize(
    ("entry", "verdict", "message"),
    [
        (VGG + "prints: 138M}", ROUNDED, ""),
        (VGG + 'prints: "138,357,544"}', HOLDS, ""),
        (VGG + "prints: 138M, note: weights and biases}", ROUNDED, "weights and biases"),
        (VGG + "prints: 139M}", FAILS, "printed 139M"),
        (VGG + "prints: 139M, rounding: truncate}", FAILS, "printed 139M"),
        (VGG + "equals: 138357544}", HOLDS, ""),
        (VGG + "equals: 138000000 + 357544}", HOLDS, ""),
        (VGG + "equals: 1}", FAILS, "expected 1"),
        (VGG + "at_most: 138.4M}", HOLDS, ""),
        (VGG + "at_most: 138M}", FAILS, "expected at most 138,000,000"),
        (VGG + "at_least: 138M}", HOLDS, ""),
        (VGG + "at_least: 139M}", FAILS, "expected at least 139,000,000"),
        (VGG + "prints: 100M, digits: 1}", ROUNDED, ""),
        ("{spec: vgg16, quantity: totals.weights, prints: 138M, under: without biases}", UNDER, "without biases"),
        ("{spec: vgg16, quantity: totals.activation_bytes, prints: 58MB, unit: MiB, under: MiB}", UNDER, "MiB"),
        ('{spec: vgg16, quantity: \'layers["pool5"].output\', equals: "[512, 7, 7]"}', HOLDS, ""),
        ("{spec: vgg16, quantity: 'hwc(layers[\"pool5\"].output)', prints: 7x7x512}", HOLDS, ""),
        (
            "{spec: vgg16, quantity: totals.activations, prints: 24M,"
            ' erratum: {correct: "15,237,608", reason: the rows, sure: proven}}',
            ERRATUM,
            "proven: the rows",
        ),
        (
            "{spec: vgg16, quantity: totals.activations, prints: 24M, erratum: {correct: 15M, reason: r, "
            "sure: likely}}",
            ERRATUM,
            "likely: r",
        ),
        (
            "{spec: vgg16, quantity: totals.activations, prints: 24M, erratum: {correct: 16M, reason: r, "
            "sure: proven}}",
            FAILS,
            "the erratum says that 16M is correct",
        ),
        (
            "{spec: vgg16, quantity: totals.activations, prints: 15M, erratum: {correct: 15M, reason: r, "
            "sure: proven}}",
            FAILS,
            "the erratum is none: 15M is what comes out",
        ),
        (
            "{spec: {v: vgg16, a: {spec: alexnet, set: {groups: 2}}}, quantity: v.params > a.params, equals: true}",
            HOLDS,
            "",
        ),
        ("{spec: alexnet, set: {groups: 2}, quantity: totals.params, equals: 60965224}", HOLDS, ""),
        ("{spec: lenet5, batch: 64, quantity: totals.macs, equals: 26657280}", HOLDS, ""),
        ("{spec: lenet5, convention: flops, quantity: totals.flops, equals: 833040}", HOLDS, ""),
        # 6 filters of 5*5*3 and a bias each
        ("{network: {input: [3, 32, 32], layers: [conv: [6, 5]]}, quantity: totals.params, equals: 456}", HOLDS, ""),
    ],
)
def test_verdict(checked, entry, verdict, message):
    outcome = checked(f"- {entry}\n")
    assert [(row.verdict, row.message) for row in outcome.rows] == [(verdict, message)]
    assert outcome.is_right == (verdict != FAILS)
    assert outcome.counts == {verdict: 1}


def test_defaults_hold_for_what_follows(checked):
    outcome = checked(
        "- defaults: {spec: vgg16, document: a.txt}\n"
        "- {id: one, quantity: totals.depth, equals: 16}\n"
        "- {id: two, spec: lenet5, quantity: totals.depth, equals: 5}\n"
        "- defaults: {spec: lenet5}\n"
        "- {id: three, quantity: totals.depth, equals: 5}\n"
    )
    assert [(row.name, row.verdict) for row in outcome.rows] == [("one", HOLDS), ("two", HOLDS), ("three", HOLDS)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: b", ":1:1: found a mapping, expected a list of expectations"),
        ("- word", ":1:3: found 'word', expected an expectation"),
        ("- {quantty: 1}", ":1:4: unknown key 'quantty'; did you mean 'quantity'?"),
        (
            "- {spec: vgg16, quantity: totals.params}",
            ":1:3: expected one of prints, equals, at_most, at_least, found none",
        ),
        (
            f"- {VGG}prints: 1, equals: 1}}",
            ":1:3: expected one of prints, equals, at_most, at_least, found prints and equals",
        ),
        ("- {spec: vgg16, prints: 1}", ":1:3: the key 'quantity' is missing"),
        ("- {quantity: totals.params, prints: 1}", ":1:3: expected a network"),
        (f"- {VGG}prints: [1]}}", ":1:50: found a list, expected prints as text"),
        (f"- {VGG}prints: 5 quux}}", ":1:50: '5 quux' has the unit 'quux', which is not known"),
        (f"- {VGG}prints: 5M, unit: MIB}}", ":1:60: found 'MIB', expected one of"),
        (f"- {VGG}prints: 5M, rounding: up}}", ":1:64: found 'up', expected one of: nearest, truncate"),
        (f"- {VGG}prints: 5M, digits: 0}}", ":1:62: found '0', expected digits as a whole number of at least 1"),
        (f"- {VGG}equals: 1, erratum: {{}}}}", ":1:62: the erratum's 'correct' is missing"),
        (f"- {VGG}prints: 1, erratum: x}}", ":1:62: found 'x', expected a mapping of correct, reason, sure"),
        (
            f"- {VGG}prints: 1, erratum: {{correct: 1, reason: r, sure: yes}}}}",
            ":1:92: found 'yes', expected one of: proven, likely, unexplained",
        ),
        (f"- {VGG}at_most: many}}", ":1:51: found 'many', expected a number such as 600M or 8MiB"),
        ("- {spec: vgg16, quantity: 'layers[\"c\"].macs', equals: 1}", ":1:28: no layer 'c' in VGG-16"),
        (
            "- {spec: vgg16, quantity: 1 + totals.parms, equals: 1}",
            ":1:31: there is no column 'parms'; did you mean 'params'?",
        ),
        ("- {spec: vgg17, quantity: 1, equals: 1}", ":1:3: there is no file 'vgg17' and no network of that name"),
        ("- {spec: vgg16, set: {clases: 1}, quantity: 1, equals: 1}", ":1:3: there is no var 'clases' to set"),
        (
            "- {spec: {a: {sepc: x}}, quantity: 1, equals: 1}",
            ":1:15: a network has no key 'sepc'; did you mean 'spec'?",
        ),
        ("- {network: [1], quantity: 1, equals: 1}", ":1:13: found a list, expected a network"),
        ("- {network: {input: [3, 8, 8], layers: [cnv]}, quantity: 1, equals: 1}", ":1:41: unknown op or block 'cnv'"),
        (
            "- {id: a, spec: lenet5, quantity: 1, equals: 1}\n- {id: a, spec: lenet5, quantity: 2, equals: 2}",
            ":2:3: the id 'a' is used twice; first at",
        ),
    ],
)
def test_mistakes_have_their_place(checked, tmp_path, text, message):
    with pytest.raises(archcalc.ArchcalcError) as caught:
        checked(text + "\n")
    first = str(caught.value.errors[0]).removeprefix(str(tmp_path / "claims.yaml"))
    assert first.startswith(message)


def test_all_mistakes_at_once(checked):
    with pytest.raises(archcalc.ArchcalcError) as caught:
        checked("- {spec: vgg16, quantity: a, equals: 1}\n- {spec: vgg16, quantity: b, equals: 1}\n- {x: 1}\n")
    assert len(caught.value.errors) == 3


def test_an_empty_file(tmp_path):
    (tmp_path / "a.yaml").write_text("[]\n")
    assert archcalc.check(tmp_path / "a.yaml").summary() == "nothing to check"


ERRATA = "- {spec: vgg16, quantity: totals.activations, "


@pytest.mark.parametrize(
    ("entry", "verdict", "message"),
    [
        # a reading has to give what is printed
        (
            ERRATA + "prints: 30M, erratum: {correct: 15M, reason: r, sure: likely, reading: 2 * totals.activations}}",
            ERRATUM,
            "likely: r",
        ),
        (
            ERRATA + "prints: 24M, erratum: {correct: 15M, reason: r, sure: likely, reading: 2 * totals.activations}}",
            FAILS,
            "the reading gives 30,475,216, not 24M",
        ),
        # what is correct has to be said as precisely as what is printed
        (
            ERRATA + "prints: 24M, erratum: {correct: 0G, reason: r, sure: proven}}",
            FAILS,
            "the erratum says that 0G is correct",
        ),
        # written in the printed unit, it is meant in it
        (
            "- {spec: vgg16, quantity: totals.activation_bytes, prints: 93MB, unit: MiB, "
            "erratum: {correct: 58MB, reason: r, sure: likely}}",
            ERRATUM,
            "likely: r",
        ),
        (
            "- {spec: vgg16, quantity: totals.activation_bytes, prints: 93MB, unit: MiB, "
            'erratum: {correct: "60,950,432", reason: r, sure: likely}}',
            ERRATUM,
            "likely: r",
        ),
        ("- {spec: vgg16, quantity: 1, equals: true}", FAILS, "expected true"),
        ("- {spec: vgg16, quantity: '[1/3]', equals: '[0.333333]'}", FAILS, "expected 0.333333"),
        ("- {spec: vgg16, quantity: '[8]', equals: 8}", FAILS, "expected 8"),
        ("- {spec: {a: alexnet}, set: {groups: 2}, quantity: a.params, equals: 60965224}", HOLDS, ""),
        (
            "- {spec: resnet50, set: {form: keras}, quantity: totals.params + totals.buffers, equals: 25636712}",
            HOLDS,
            "",
        ),
        (
            "- defaults: {spec: vgg16}\n"
            "- {network: {input: [3], layers: [linear: 2]}, quantity: totals.params, equals: 8}",
            HOLDS,
            "",
        ),
        (
            "- defaults: {network: {input: [3], layers: [linear: 2]}}\n"
            "- {spec: lenet5, quantity: totals.depth, equals: 5}",
            HOLDS,
            "",
        ),
    ],
)
def test_more_verdicts(checked, entry, verdict, message):
    assert [(row.verdict, row.message) for row in checked(entry + "\n").rows] == [(verdict, message)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "- {spec: vgg16, quantity: totals.params, prints: so, erratum: {correct: 1, reason: r, sure: proven}}",
            "found 'so', expected a number, as the quantity is 138,357,544",
        ),
        (
            "- {spec: vgg16, network: {input: [3], layers: [relu]}, quantity: 1, equals: 1}",
            "expected one of spec and network, found both",
        ),
        ("- defaults: 5", "found '5', expected keys of expectations"),
        ("- {spec: vgg16, quantity: 'layers[\"conv1_1\"]', prints: 5}", "a network or layer is no quantity"),
        (
            '- {spec: vgg16, quantity: \'layers["conv1_1"].attributes["kernal"]\', equals: 3}',
            "there is no 'kernal' here",
        ),
        ("- {spec: vgg16, quantity: ((2**64)**64)**64, equals: 3}", "a power of too large a number"),
        ("- {network: {input: [3], layers: [cnv, mx_pool]}, quantity: 1, equals: 1}", "unknown op or block 'mx_pool'"),
    ],
)
def test_more_mistakes(checked, text, message):
    with pytest.raises(archcalc.ArchcalcError) as caught:
        checked(text + "\n")
    assert any(message in str(error) for error in caught.value.errors)
    assert "\\n" not in str(caught.value)
