"""What a spec takes over from others, by `extends` and `import`. Every expected number is counted by hand."""

import os

import pytest

import archcalc


@pytest.fixture
def files(tmp_path):
    """A family in a folder of its own, that imports blocks from beside it; its members elsewhere."""
    (tmp_path / "families").mkdir()
    (tmp_path / "blocks.yaml").write_text(
        "input: [99]\nvars: {unused: 1}\nblocks:\n  unit: {args: {f: }, layers: [{conv: [f, 1]}]}\n"
        "  other: {layers: [tanh]}\nlayers: [tanh]\n"
    )
    (tmp_path / "families" / "base.yaml").write_text(
        "name: Base\nsource: a paper\nimport: ../blocks.yaml\ninput: [3, 9, 7]\nvars: {n: 4, m: n + 1}\n"
        "blocks: {stem: {layers: [{unit: [n]}]}, tail: {layers: [{unit: [m]}]}}\nlayers: [stem, tail]\n"
    )
    return tmp_path


# What a spec that extends families/base.yaml says besides, its name, and the shapes of its layers.
EXTENDED = {
    "nothing": ("", "Base", {"stem.unit.conv": (4, 9, 7), "tail.unit.conv": (5, 9, 7)}),
    "name": ("name: Mine", "Mine", {"stem.unit.conv": (4, 9, 7), "tail.unit.conv": (5, 9, 7)}),
    "vars": ("vars: {n: 10}", "Base", {"stem.unit.conv": (10, 9, 7), "tail.unit.conv": (11, 9, 7)}),
    "more vars": ("vars: {m: k, k: 2}", "Base", {"stem.unit.conv": (4, 9, 7), "tail.unit.conv": (2, 9, 7)}),
    "input": ("input: [1, 2, 5]", "Base", {"stem.unit.conv": (4, 2, 5), "tail.unit.conv": (5, 2, 5)}),
    "a block": (
        "blocks: {tail: {layers: [{max_pool: 3}]}}",
        "Base",
        {"stem.unit.conv": (4, 9, 7), "tail.max_pool": (4, 3, 2)},
    ),
    "a block that it imports": (
        "blocks: {unit: {args: {f: }, layers: [{linear: f}]}}",
        "Base",
        {"stem.unit.linear": (4, 9, 7), "tail.unit.linear": (5, 9, 7)},
    ),
    "layers": (
        "layers: [tail, {unit: 7}, other]",
        "Base",
        {"tail.unit.conv": (5, 9, 7), "unit.conv": (7, 9, 7), "other.tanh": (7, 9, 7)},
    ),
}


@pytest.mark.parametrize("case", EXTENDED)
def test_extends(case, files):
    text, name, expected = EXTENDED[case]
    (files / "mine.yaml").write_text(f"extends: families/base.yaml\n{text}\n")
    graph = archcalc.load(files / "mine.yaml")
    assert graph.name == name
    assert graph.source == "a paper"
    assert {layer.path: layer.output.shape for layer in graph.layers[1:]} == expected


def test_import_takes_only_blocks(files):
    (files / "mine.yaml").write_text("import: [blocks.yaml]\ninput: [3, 9, 7]\nlayers: [{unit: 2}, other]\n")
    graph = archcalc.load(files / "mine.yaml")
    assert {layer.path: layer.output.shape for layer in graph.layers} == {
        "input": (3, 9, 7),
        "unit.conv": (2, 9, 7),
        "other.tanh": (2, 9, 7),
    }
    assert dict(graph.vars) == {}
    assert graph.name == "mine"


def test_own_blocks_go_before_imported_ones(files):
    (files / "mine.yaml").write_text(
        "import: blocks.yaml\ninput: [3, 9, 7]\nblocks: {other: {layers: [relu]}}\nlayers: [other]\n"
    )
    assert [layer.path for layer in archcalc.load(files / "mine.yaml").layers] == ["input", "other.relu"]


def test_own_imports_go_before_blocks_of_the_base(files):
    (files / "more.yaml").write_text("blocks: {stem: {layers: [relu]}, tail: {layers: [gelu]}}\n")
    (files / "mine.yaml").write_text(
        "extends: families/base.yaml\nimport: more.yaml\nblocks: {tail: {layers: [tanh]}}\n"
    )
    assert [layer.path for layer in archcalc.load(files / "mine.yaml").layers] == ["input", "stem.relu", "tail.tanh"]


def test_a_plain_value_keeps_the_choices_of_the_base(files):
    (files / "base.yaml").write_text(
        "input: [3, 9, 7]\nvars: {n: {choices: [1, 2, 4], default: 1}}\nlayers: [{conv: [n, 1]}]\n"
    )
    (files / "mine.yaml").write_text("extends: base.yaml\nvars: {n: 2}\n")
    (files / "free.yaml").write_text("extends: base.yaml\nvars: {n: {default: 5}}\n")
    assert archcalc.load(files / "mine.yaml").layers[-1].output.shape == (2, 9, 7)
    assert archcalc.load(files / "mine.yaml", n=4).layers[-1].output.shape == (4, 9, 7)
    assert archcalc.load(files / "free.yaml").layers[-1].output.shape == (5, 9, 7)
    with pytest.raises(archcalc.ArchcalcError, match="the var 'n' is 3, expected one of: 1, 2, 4"):
        archcalc.load(files / "mine.yaml", n=3)


@pytest.mark.parametrize("key", ["extends", "import"])
def test_what_is_no_regular_file_is_not_read(key, files):
    os.mkfifo(files / "pipe.yaml")
    (files / "folder.yaml").mkdir()
    for other in ("pipe", "folder"):
        (files / "mine.yaml").write_text(f"input: [3, 9, 7]\nlayers: [relu]\n{key}: {other}.yaml\n")
        with pytest.raises(
            archcalc.ArchcalcError, match=rf"mine.yaml:3:{len(key) + 3}: '.*{other}.yaml' is no regular"
        ):
            archcalc.load(files / "mine.yaml")


def test_the_same_file_may_be_imported_on_two_ways(files):
    (files / "mine.yaml").write_text("extends: families/base.yaml\nimport: [blocks.yaml, blocks.yaml]\n")
    assert archcalc.load(files / "mine.yaml").layers[-1].output.shape == (5, 9, 7)


def test_a_file_beside_goes_before_one_of_the_zoo(files):
    (files / "lenet5.yaml").write_text("input: [2, 9, 7]\nlayers: [relu]\n")
    (files / "mine.yaml").write_text("extends: lenet5.yaml\n")
    (files / "zoo.yaml").write_text("extends: lenet5\n")
    assert archcalc.load(files / "mine.yaml").layers[0].output.shape == (2, 9, 7)
    assert archcalc.load(files / "zoo.yaml").layers[0].output.shape == (1, 32, 32)


def test_extending_the_zoo():
    graph = archcalc.loads("extends: lenet5\nvars: {classes: 26}\n")
    assert graph.name == "LeNet-5"
    assert graph.layers[-1].output.shape == (26,)


def test_year_family_and_notes_are_taken_over_unless_given(tmp_path):
    base = "year: 2015\nfamily: Net\nnotes: [one, two]\ninput: [3, 9, 9]\nlayers: [relu]\n"
    (tmp_path / "base.yaml").write_text(base)
    (tmp_path / "same.yaml").write_text("extends: base.yaml\n")
    (tmp_path / "other.yaml").write_text("extends: base.yaml\nyear: 2016\nnotes: three\n")
    same, other = archcalc.load(tmp_path / "same.yaml"), archcalc.load(tmp_path / "other.yaml")
    assert (same.year, same.family, same.notes) == (2015, "Net", ("one", "two"))
    assert (other.year, other.family, other.notes) == (2016, "Net", ("three",))
    plain = archcalc.loads("input: [3, 9, 9]\nlayers: [relu]")
    assert (plain.year, plain.family, plain.notes) == (None, "", ())
