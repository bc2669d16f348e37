"""`archcalc memory` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archcalc.cli import main

GOLDEN = Path(__file__).with_name("memory_resnet18.txt")
GIVEN = ["memory", "resnet18", "--batch", "256", "--optimizer", "adam", "--dtype", "bfloat16", "--fits", "24GiB"]


def test_golden(capsys):
    assert main([*GIVEN, "--checkpoint", "conv2.*", "conv3.0"]) == 0
    assert capsys.readouterr().out == GOLDEN.read_text(encoding="utf-8")


def test_json(capsys):
    assert main([*GIVEN, "--json"]) == 0
    parsed = json.loads(capsys.readouterr().out)
    terms = {row["term"]: row["bytes"] for row in parsed["terms"]}
    assert terms["parameters"] == 2 * 11_689_512
    assert terms["optimizer_state"] == 2 * 4 * 11_689_512
    assert parsed["optimizer"] == "adam"
    assert parsed["fits"]["needed_bytes"] <= 24 * 2**30 < parsed["fits"]["next_bytes"]


@pytest.mark.parametrize("form", ["markdown", "latex", "csv", "html"])
def test_formats(form, capsys, tmp_path):
    assert main(["memory", "lenet5", "--format", form, "-o", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out == ""
    assert "246,824" in (text := (tmp_path / "out").read_text()) or "246824" in text


def test_vars_and_bits_a_weight(capsys):
    assert main(["memory", "squeezenet1_0", "--weights", "6", "--set", "classes=10", "--json"]) == 0
    parsed = json.loads(capsys.readouterr().out)
    assert parsed["weights"] == "6"
    assert parsed["vars"]["classes"] == 10


def test_what_does_not_fit_is_a_failure(capsys):
    assert main(["memory", "vgg16", "--fits", "1MB"]) == 1
    shown = capsys.readouterr().out
    # 553,430,176 bytes of parameters, and conv1_2 reads and writes 64 x 224 x 224 values.
    assert "nothing fits in 1MB (1,000,000 B): a batch of 1 would need 579,120,288 B" in shown


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--dtype", "float31"], "there is no dtype 'float31'; did you mean 'float32'?"),
        (["--batch", "0"], "the batch is 0, expected a whole number of at least 1"),
        (["--batch", "1" + 99 * "0"], "expected one whole number below 2**256"),
        (["--fits", "0"], "the memory to fit in is '0', expected more than 0, such as 24GiB or 80GB"),
        (
            ["--fits", "24"],
            "the memory to fit in is '24', expected more than 0, such as 24GiB or 80GB; units are",
        ),
        (["--fits", "24lb"], "the memory to fit in is '24lb', expected more than 0"),
        (["--fits", "9e99GB"], "expected at most 2**80 bytes"),
        (["--optimizer", "adm"], "there is no optimizer 'adm'; did you mean 'adam'?"),
        (["--optimizer", "sgd", "--dtype", "int8"], "activations of int8 are not trained: they have no gradients"),
        (["--optimizer", "sgd", "--weights", "6.7"], "weights of 6.7 bits are not trained"),
        (["--optimizer", "sgd", "--checkpoint", "conv9"], "there is no block 'conv9'; did you mean 'conv5'?"),
        (["--optimizer", "sgd", "--checkpoint", "conv2", "conv2.0"], "the blocks 'conv2' and 'conv2.0' have layers"),
        (["--checkpoint", "conv2"], "checkpoints are of training: an optimizer is missing"),
        (["--weights", "int5"], "weights are stored as the text 'int5', expected a dtype or a number of bits"),
        (["--weights", "0"], "weights of 0 bits: expected more than 0 and at most 128"),
        (["--weights", "1e9"], "weights are stored as the text '1e9'"),
        (["--weights", "1/0"], "weights are stored as the text '1/0'"),
        (["--set", "nope=1"], "there is no var 'nope' to set"),
    ],
)
def test_wrong_input(options, message, capsys):
    assert main(["memory", "resnet18", *options]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert message in shown.err
