"""The file that `archcalc page` writes: its data are those of the reports, and no text of a spec is markup."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

import archcalc
from archcalc.analysis.liveness import alive_bytes
from archcalc.cli import main
from archcalc.pages import document
from archcalc.pages.html import ASSETS, html
from archcalc.pages.packed import packed
from archcalc.pages.tree import tree_of

WEB = ASSETS.parent / "web"
MB = 10**6


def data_of(text: str) -> dict:
    """The data in a page."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def document_at(data: dict, **picks: str) -> dict:
    """The document of the variant with these choices, as the front end takes it out of the pool."""
    place = 0
    for name, values in data["choices"]:
        place = place * len(values) + values.index(picks[name])
    parts = data["variants"][place].items()
    pool = data["pool"]
    return {
        key: pool[part] if isinstance(part, int) else {name: pool[item] for name, item in part.items()}
        for key, part in parts
    }


# ---------------------------------------------------------------------------------------------
# The data.


@pytest.mark.parametrize("name", ["vgg16", "resnet50", "googlenet", "faster_rcnn_vgg16", "vit_b_16"])
def test_values_are_those_of_the_report(name):
    report = archcalc.analyze(name)
    found = document(report)
    layers = report.layers
    assert [node["path"] for node in found["nodes"][: found["layers"]]] == [layer["name"] for layer in layers]
    for column in ("params", "macs", "activations", "weights", "buffers", "flops"):
        assert found["values"][column][: len(layers)] == [layer[column] for layer in layers]
        assert found["sums"][column] == f"{report.totals[column]:,}"
    shapes = found["values"]["output"][: len(layers)]
    assert shapes == ["x".join(map(str, layer["output"])) for layer in layers]
    headlines = {total["name"]: total["text"] for total in found["totals"]}
    assert headlines["macs"] == f"{report.totals['macs']:,} MAC"
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize("name", ["resnet50", "inception_v3", "mobilenet_v2"])
def test_a_block_has_the_values_of_its_folded_row(name):
    report = archcalc.analyze(name)
    found = document(report)
    folded = {row["name"]: row for row in report.table(("params", "macs", "output"), depth=1).records()}
    blocks = [node for node in found["nodes"][found["layers"] :] if node["path"] in folded]
    assert blocks
    for place, node in enumerate(found["nodes"]):
        if node in blocks:
            assert found["values"]["params"][place] == folded[node["path"]]["params"]
            assert found["values"]["macs"][place] == folded[node["path"]]["macs"]


@pytest.mark.parametrize("name", ["resnet50", "densenet121", "nasnet_a_mobile", "unet", "retinanet"])
def test_blocks_hold_stretches_of_layers(name):
    """So that a folded block cannot wait for itself."""
    graph = archcalc.load(name)
    tree = tree_of(graph)
    for place, block in enumerate(tree.blocks):
        assert list(block.members) == list(range(block.members[0], block.members[-1] + 1)), block.path
        assert block.parent is None or block.parent < place
        assert block.parent is None or set(block.members) < set(tree.blocks[block.parent].members)
    for index, home in enumerate(tree.homes):
        assert home is None or index in tree.blocks[home].members


def test_many_layers_without_blocks_are_put_into_runs():
    spec = "input: [3, 8, 8]\nlayers:\n" + "  - relu\n" * 1000
    tree = tree_of(archcalc.loads(spec))
    assert [len(block.members) for block in tree.blocks] == [32] * 31 + [9]  # 1,001 with the input
    assert (tree.blocks[0].path, tree.blocks[0].word) == ("input to relu_31", "run")


def test_the_edges_carry_what_flows():
    found = document(archcalc.analyze("lenet5"))
    paths = [node["path"] for node in found["nodes"]]
    assert [[paths[a], paths[b], shape] for a, b, shape in found["edges"]][:3] == [
        ["input", "c1", "1x32x32"],
        ["c1", "tanh", "6x28x28"],
        ["tanh", "s2", "6x28x28"],
    ]


def test_what_waits():
    """By hand: the input of 1x4x4 float32 (64 B) waits, while two convolutions of 1x1 run beside it."""
    spec = "input: [1, 4, 4]\nlayers:\n  - add: [[{conv: [1, 1]}, {conv: [1, 1]}], []]"
    found = document(archcalc.analyze(archcalc.loads(spec)))
    assert [node["op"] for node in found["nodes"][:4]] == ["input", "conv", "conv", "add"]
    assert found["values"]["peak_memory"][:4] == [64, 128, 192, 192]
    assert found["timeline"]["waiting"] == [0, 0, 64, 0]


@pytest.mark.parametrize("name", ["resnet50", "densenet121", "googlenet"])
def test_the_timeline_is_that_of_liveness(name):
    graph = archcalc.load(name)
    found = document(archcalc.analyze(graph))
    alive = found["values"][found["timeline"]["alive"]][: found["layers"]]
    assert alive == alive_bytes(graph, 1, "float32")
    assert all(0 <= waiting < total for waiting, total in zip(found["timeline"]["waiting"], alive, strict=True))


def test_the_field_is_drawn_where_it_lies():
    found = document(archcalc.analyze("vgg16"))
    places = {node["path"]: place for place, node in enumerate(found["nodes"])}
    # Output 112 of conv1_2 sees 5 pixels around its own; of pool5 begins at -90, jumps 32, sees 212.
    assert found["fields"][places["conv1_2"]]["box"] == [[110, 114], [110, 114]]
    assert found["fields"][places["pool5"]] == {
        "input": 0,
        "at": [3, 3],
        "box": [[6, 217], [6, 217]],
        "next": [[38, 249], [38, 249]],
    }
    assert found["fields"][places["fc6"]]["is_global"]


@pytest.mark.parametrize("name", ["lenet5", "resnet18", "siamese"])
def test_the_arithmetic_is_that_of_explain(name):
    report = archcalc.analyze(name)
    found = document(report)["arithmetic"]
    for index, layer in enumerate(report.graph.layers):
        sections = [found["sections"][place] for place in found["of"][index]]
        text = str(report.explain(layer.path))
        assert sections
        for section in sections:
            assert section["title"] in text
            for step, sides, unit in section["steps"]:
                assert f"{step} = {sides[0]}" in text
                assert all(f"= {side}" in text for side in sides)
                assert not unit or f"{sides[-1]} {unit}" in text


def test_whole_numbers_stay_exact_at_any_size():
    spec = f"input: [{2**60}]\nlayers: [{{linear: {{units: {2**60}, bias: false}}}}]"
    found = document(archcalc.analyze(archcalc.loads(spec)))
    assert found["values"]["params"] == [0, str(2**120)]
    spec = f"input: [{2**60}]\nlayers: [{{add: [[tanh, {{linear: 1}}, {{linear: {2**60}}}], []]}}]"
    waiting = document(archcalc.analyze(archcalc.loads(spec), dtype="int8"))["timeline"]["waiting"]
    assert waiting == [0, 0, str(2**60), str(2**60), 0]


def test_a_device_adds_its_columns():
    report = archcalc.analyze("lenet5", device="nvidia-v100-sxm2")
    found = document(report)
    shown = [column["name"] for column in found["columns"] if column["is_shown"]]
    assert shown[-2:] == ["bound_ms", "bound_by"]
    bound = report.analysis.values["bound_ms"][1]
    assert float(found["texts"]["bound_ms"][1]) == pytest.approx(float(bound), rel=0.01)


# ---------------------------------------------------------------------------------------------
# The variants.


def test_every_variant_is_that_of_analyze():
    vary = {"alpha": [0.25, 1.0], "resolution": [128, 224]}
    data = data_of(archcalc.page("mobilenet_v1", vary, batch=2, classes=10))
    assert data["start"] == [1, 1]
    for alpha in vary["alpha"]:
        for resolution in vary["resolution"]:
            network = archcalc.load("mobilenet_v1", alpha=alpha, resolution=resolution, classes=10)
            expected = document(archcalc.analyze(network, batch=2))
            found = document_at(data, alpha=str(alpha), resolution=str(resolution))
            arithmetic = expected.pop("arithmetic")
            sections = [[data["pool"][place] for place in of] for of in found.pop("arithmetic")]
            assert sections == [[arithmetic["sections"][place] for place in of] for of in arithmetic["of"]]
            assert json.loads(json.dumps(found)) == json.loads(json.dumps(expected))


def test_a_spec_offers_its_choices_and_flags():
    data = data_of(archcalc.page("vgg16"))
    assert data["choices"] == [
        ["batch_norm", ["false", "true"]],
        ["convs", ["[1, 1, 2, 2, 2]", "[2, 2, 2, 2, 2]", "[2, 2, 3, 3, 3]", "[2, 2, 4, 4, 4]"]],
        ["lrn", ["false", "true"]],
    ]
    assert data["start"] == [0, 2, 0]
    # A var that is given is no choice any more.
    assert [name for name, _ in data_of(archcalc.page("vgg16", batch_norm=True))["choices"]] == ["convs", "lrn"]
    assert data_of(archcalc.page("vgg16", {}))["choices"] == []


def test_a_variant_that_is_no_network_says_so(tmp_path):
    spec = tmp_path / "small.yaml"
    spec.write_text("input: [3, size, size]\nvars: {size: 8}\nlayers: [{conv: [4, 5]}]\n")
    data = data_of(archcalc.page(spec, {"size": [8, 3]}))
    assert document_at(data, size="8")["title"]
    assert list(data["variants"][1]) == ["error"]
    assert "small.yaml:3:21" in data["pool"][data["variants"][1]["error"]]


@pytest.mark.parametrize(
    ("vary", "values", "message"),
    [
        ({"alpa": [1]}, {}, "there is no var 'alpa' to vary; did you mean 'alpha'?"),
        (["alpha"], {}, "found ['alpha'] to vary, expected lists of values by the names of vars"),
        ({7: [1]}, {}, "found {7: [1]} to vary, expected lists of values by the names of vars"),
        ({"alpha": 1}, {}, "'alpha' varies over 1, expected a list of values"),
        ({"alpha": "1"}, {}, "'alpha' varies over the text '1', expected a list of values"),
        ({"alpha": []}, {}, "'alpha' varies over an empty list, expected its values"),
        ({"alpha": [1]}, {"alpha": 2}, "'alpha' is given one value, and is to vary too"),
        (
            {"alpha": range(1, 21), "classes": range(1, 12)},
            {},
            "these are 220 variants, expected at most 200 on a page",
        ),
        ({"alpha": [-1, "x"]}, {}, "specs/mobilenet_v1.yaml"),
    ],
)
def test_what_cannot_be_offered(vary, values, message):
    with pytest.raises(archcalc.ArchcalcError) as error:
        archcalc.page("mobilenet_v1", vary, **values)
    assert message in str(error.value)


# ---------------------------------------------------------------------------------------------
# The file.


class Markup(HTMLParser):
    """The elements and attributes of a page."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))


HOSTILE = "</script><script>hacked=1</script><!--<img src=x onerror=hacked=1>"


def hostile_page() -> str:
    """A page of a network whose every text is markup; a spec may say it in its name, another source anywhere."""
    graph = archcalc.loads(
        f"name: '{HOSTILE}'\nsource: '{HOSTILE}'\ninput: [3, 8, 8]\nlayers: [{{conv: [4, 3]}}, relu]"
    )
    layers = [layer._replace(path=f"{HOSTILE}{place}") for place, layer in enumerate(graph.layers)]
    graph = dataclasses.replace(graph, layers=tuple(layers), vars={HOSTILE: HOSTILE})
    return html(packed({HOSTILE: [HOSTILE]}, {HOSTILE: HOSTILE}, [document(archcalc.analyze(graph))]))


def test_no_text_becomes_markup():
    plain = [tag for tag, _ in Markup(html(packed({}, {}, [document(archcalc.analyze("lenet5"))]))).elements]
    text = hostile_page()
    assert [tag for tag, _ in Markup(text).elements] == plain
    assert text.count("<!--") == 0
    assert text.count("</script>") == 2
    assert document_at(data_of(text), **{HOSTILE: HOSTILE})["title"] == HOSTILE


def test_the_page_fetches_nothing():
    text = archcalc.page("lenet5")
    elements = Markup(text).elements
    policy = next(a["content"] for tag, a in elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert [a for _, a in elements if "src" in a] == []
    assert [a["href"] for _, a in elements if "href" in a] == ["data:,"]


@pytest.mark.parametrize("name", ["vgg16", "mobilenet_v1"])
def test_the_page_is_small(name):
    vary = None if name == "vgg16" else {"alpha": [0.25, 0.5, 0.75, 1], "resolution": [128, 160, 192, 224]}
    assert len(archcalc.page(name, vary).encode()) < MB


def test_the_bundle_is_made_of_the_sources():
    """`npm ci && npm run build` in archcalc/pages/web makes it anew."""
    digest = hashlib.sha256()
    for path in sorted(path for path in WEB.iterdir() if path.suffix in (".js", ".css", ".json")):
        digest.update(f"{path.name}\n".encode() + path.read_bytes())
    for name in ("page.js", "page.css"):
        first = (ASSETS / name).read_text(encoding="utf-8").splitlines()[0]
        assert first == f"/* archcalc page; sources sha256:{digest.hexdigest()} */"


def test_the_licences_of_the_libraries_are_kept():
    notices = (ASSETS / "LICENSES.txt").read_text(encoding="utf-8")
    dependencies = json.loads((WEB / "package.json").read_text())["dependencies"]
    for name, version in dependencies.items():
        assert f"{name} {version} (" in notices
    assert notices.strip() in (ASSETS / "page.js").read_text(encoding="utf-8")


# ---------------------------------------------------------------------------------------------
# The command.


def test_the_command(tmp_path, capsys):
    target = tmp_path / "lenet.html"
    assert main(["page", "lenet5", "--vary", "classes=10,100", "--batch", "2", "-o", str(target)]) == 0
    expected = archcalc.page("lenet5", {"classes": [10, 100]}, batch=2)
    assert target.read_text(encoding="utf-8") == expected + "\n"
    assert [path.name for path in tmp_path.iterdir()] == ["lenet.html"]
    assert main(["page", "lenet5", "--vary", "--set", "classes=7"]) == 0
    assert capsys.readouterr().out == archcalc.page("lenet5", {}, classes=7) + "\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--vary", "classes"], "--vary classes: expected NAME=START:STOP:STEP"),
        (["--vary", "classes=1", "classes=2"], "--vary gives 'classes' twice"),
        (["-o", "no/such/folder.html"], "cannot write 'no/such/folder.html': No such file or directory"),
    ],
)
def test_what_the_command_refuses(arguments, message, capsys):
    assert main(["page", "lenet5", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_the_command_touches_nothing_but_its_file(tmp_path, capsys):
    target, neighbour, link = tmp_path / "target.html", tmp_path / "link.html.new", tmp_path / "link.html"
    neighbour.write_text("of somebody else")
    link.symlink_to(target)
    assert main(["page", "lenet5", "-o", str(link)]) == 0
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == archcalc.page("lenet5") + "\n"
    assert neighbour.read_text() == "of somebody else"
    (tmp_path / "folder").mkdir()
    assert main(["page", "lenet5", "-o", str(tmp_path / "folder")]) == 2
    assert f"cannot write '{tmp_path / 'folder'}'" in capsys.readouterr().err
