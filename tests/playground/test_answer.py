"""What is answered to a text: numbers as in reports, mistakes with their places, and no file but those of the zoo."""

from __future__ import annotations

import json
import os

import pytest

import archcalc
from archcalc.pages import document
from archcalc.playground.answer import answer
from archcalc.playground.frame import text_of
from archcalc.playground.language import language
from archcalc.spec.locate import zoo_folder, zoo_names

SECRET = "pass: word"


def errors_of(text: str) -> list[dict]:
    found = json.loads(answer(text))
    assert list(found) == ["errors"]
    return found["errors"]


@pytest.mark.parametrize("name", ["lenet5", "resnet50", "faster_rcnn_vgg16", "nasnet_a_mobile"])
def test_the_text_of_a_network_of_the_zoo_is_that_network(name):
    assert json.loads(answer(text_of(name))) == {"document": document(archcalc.analyze(name))}


def test_only_names_of_the_zoo_have_texts():
    assert all(text_of(name) for name in zoo_names())
    for name in ("", "..", "../README", "blocks/basic", "families/resnet", "resnet50.yaml", "/etc/passwd", "x\0"):
        assert text_of(name) is None


def test_all_mistakes_have_places():
    text = "input: [3, 8, 8]\nlayers:\n  - {cnov: [8, 3]}\n  - conv: {filters: 8, kernl: 3}\nnmae: x\n"
    found = errors_of(text)
    assert [(one["line"], one["column"]) for one in found] == [(3, 6), (4, 24), (5, 1)]
    assert found[0]["text"] == "unknown op or block 'cnov'; did you mean 'conv'?"
    assert all("file" not in one for one in found)


def test_a_mistake_in_a_file_of_the_zoo_names_it():
    found = errors_of("extends: resnet50\nvars: {depths: [3, 4]}\n")
    assert {one["file"] for one in found} == {"families/resnet_bottleneck.yaml"}
    assert "index 2 of a list of 2" in found[0]["text"]
    assert zoo_folder() not in json.dumps(found)
    assert os.path.dirname(zoo_folder()) not in json.dumps(found)


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A working directory with files that are nobody's business, and a link to one."""
    (tmp_path / "work").mkdir()
    for file in ("secret.yaml", "work/secret.yaml", "work/lenet5.yaml", "work/secret"):
        (tmp_path / file).write_text(SECRET)
    (tmp_path / "work" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


PATHS = [
    *("/etc/passwd", "/etc/passwd.yaml", "../secret.yaml", "./secret.yaml", "secret.yaml", "secret", "link.yaml", "."),
    *("families/../../secret.yaml", "../specs/../secret.yaml", "~/secret.yaml", "file:///etc/passwd", "C:\\x.yaml"),
    *("\\\\host\\share\\x.yaml", "https://example.org/x.yaml", "work/secret.yaml", "claims", "README.md", "/dev/zero"),
]


@pytest.mark.parametrize("key", ["extends: '{}'", "import: '{}'", "import: [basic, '{}']"])
@pytest.mark.parametrize("path", [*PATHS, "{folder}/secret.yaml", "{folder}/work/link.yaml"])
def test_no_other_file_is_read(elsewhere, path, key, monkeypatch):
    opened = []
    real = open
    monkeypatch.setattr("builtins.open", lambda file, *a, **more: opened.append(file) or real(file, *a, **more))
    path = path.replace("{folder}", str(elsewhere))
    found = errors_of(key.format(path) + "\ninput: 3\nlayers: [relu]\n")
    assert any(f"found '{path}', expected a file of the zoo" in one["text"] for one in found)
    assert SECRET not in json.dumps(found)
    assert all(os.path.abspath(file).startswith(zoo_folder()) for file in opened)


def test_a_name_means_the_zoo_whatever_lies_in_the_working_directory(elsewhere):
    for name in ("lenet5", "lenet5.yaml"):
        assert json.loads(answer(f"extends: {name}"))["document"]["title"] == "LeNet-5"


def test_a_link_in_the_zoo_leads_nowhere_else(elsewhere, monkeypatch):
    monkeypatch.setattr("archcalc.spec.locate.zoo_folder", lambda: str(elsewhere / "work"))
    assert "expected a file of the zoo" in errors_of("extends: link.yaml")[0]["text"]
    assert "expected a file of the zoo" in errors_of("extends: link")[0]["text"]


@pytest.mark.parametrize(
    "text",
    ["", "\0", "[" * 5000, "a: &a [*a]", "a: !!python/object/apply:os.system [id]", "- x", "layers: 3\ninput: 3"],
)
def test_what_is_no_spec_is_said_to_be_none(text):
    assert errors_of(text)


def test_texts_cannot_be_markup_of_messages():
    """Messages are shown as text; and what cannot be printed is spelled out."""
    assert errors_of('input: 3\nlayers: ["\\e[31m\\u202e"]')[0]["text"].isprintable()


def test_the_words_for_completion_are_those_of_the_language():
    found = language()
    assert set(found["ops"]) == set(archcalc.ops.OPS)
    assert found["merges"] == ["matmul", "add", "concat", "multiply"]
    assert all(op["doc"] for op in found["ops"].values())
    assert "softmax" in found["bare"]
    assert "conv" not in found["bare"]
    assert "conv_bn" in found["files"]["families/resnet.yaml"]["blocks"]
    assert not [file for file in found["files"] if file.startswith("claims")]
    assert json.loads(json.dumps(found)) == found
