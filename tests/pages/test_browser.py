"""Pages in headless Chromium: what a reader sees and does, by mouse and by keyboard.

Skipped without playwright, or without a Chromium: see `browser` in tests/conftest.py.
"""

from __future__ import annotations

import re

import pytest

import archcalc
from archcalc.render import csv
from tests.pages.test_page import hostile_page

READY = "() => performance.getEntriesByName('archcalc-ready').length"
# What is copied goes here: whether a page may use the clipboard differs from machine to machine.
KEEP_COPIES = "navigator.clipboard.writeText = async (text) => { window.copied = text; }"


@pytest.fixture
def shown(browser, tmp_path):
    """Shows the text of a page; at the end, nothing may have been said on the console or fetched."""
    said, fetched, contexts = [], [], []

    def show(text, **options):
        file = tmp_path / "page.html"
        file.write_text(text, encoding="utf-8")
        contexts.append(browser.new_context(viewport={"width": 1400, "height": 900}, **options))
        tab = contexts[-1].new_page()
        tab.set_default_timeout(20_000)
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("request", lambda request: fetched.append(request.url))
        tab.goto(file.as_uri())
        tab.wait_for_function(READY)
        return tab

    yield show
    for context in contexts:
        context.close()
    assert said == []
    assert [url for url in fetched if url != (tmp_path / "page.html").as_uri() and url != "data:,"] == []


def times(text):
    """A shape as pages write it."""
    return text.replace("x", "\N{MULTIPLICATION SIGN}")


def node(tab, path, kind="layer"):
    return tab.locator(f'.graph-frame [data-key="{kind} {path}"]')


def column(tab, name):
    return tab.locator(f'tbody [data-column="{name}"]').all_inner_texts()


def details(tab):
    """The text of the details, without the places where a line may break."""
    return tab.locator(".details").inner_text()


def copied(tab):
    tab.evaluate(KEEP_COPIES)
    tab.get_by_role("button", name="Copy as CSV").click()
    tab.wait_for_function("() => window.copied")
    return tab.evaluate("() => { const text = window.copied; delete window.copied; return text; }")


@pytest.mark.parametrize(
    "name", ["vgg16", "resnet50", "faster_rcnn_vgg16", "vit_b_16", "retinanet", "xvector", "c3d", "siamese", "dqn"]
)
def test_a_page_says_nothing_wrong(shown, name):
    tab = shown(archcalc.page(name, {}))
    assert tab.locator("h1").inner_text().startswith(archcalc.load(name).name)
    assert column(tab, "name") == [row[0] for row in archcalc.analyze(name).table().rows]
    tab.get_by_role("button", name="Unfold all").click()
    assert tab.get_by_role("treeitem").count() >= min(len(archcalc.load(name).layers), 200)


def test_folding_by_mouse(shown):
    tab = shown(archcalc.page("resnet50", {}))
    block = node(tab, "conv2.0", "block")
    assert block.get_attribute("aria-expanded") == "false"
    assert node(tab, "conv2.0.add").count() == 0
    block.click()
    assert block.get_attribute("aria-expanded") == "true"
    assert node(tab, "conv2.0.add").is_visible()
    assert node(tab, "conv2.0.add").get_attribute("aria-level") == "3"
    block.locator(".sign").click()
    assert node(tab, "conv2.0.add").count() == 0
    tab.get_by_role("button", name="Fold all", exact=True).click()
    assert tab.locator('[aria-expanded="true"]').count() == 0
    assert node(tab, "conv2", "block").locator(".op").inner_html() == "bottleneck x3, 32 layers"
    # What is folded has the values of the block: 231,211,008 and twice 218,365,952 MACs.
    assert "667,942,912 MAC" in node(tab, "conv2", "block").get_attribute("aria-label")


def test_walking_and_folding_by_keyboard(shown):
    tab = shown(archcalc.page("resnet50", {}))
    tab.get_by_role("button", name="Fold all", exact=True).click()
    focused = "() => document.activeElement.dataset?.key"
    assert tab.locator("svg[role=tree] [tabindex='0']").count() == 1
    tab.locator("svg[role=tree] [tabindex='0']").focus()
    for key, expected in [
        ("Home", "layer input"),
        ("ArrowDown", "block conv1"),
        ("Enter", "block conv1"),
        ("ArrowDown", "layer conv1.conv"),
        ("ArrowLeft", "block conv1"),
        ("ArrowLeft", "block conv1"),  # folds it
        ("ArrowDown", "layer relu"),
        ("ArrowUp", "block conv1"),
        ("ArrowRight", "block conv1"),  # unfolds it
        ("ArrowRight", "layer conv1.conv"),
        ("End", "layer softmax"),
    ]:
        tab.keyboard.press(key)
        assert tab.evaluate(focused) == expected
    assert tab.locator('[aria-expanded="true"]').count() == 1
    assert details(tab).startswith("softmax")  # what has the focus is shown
    assert tab.locator("svg[role=tree] [tabindex='0']").count() == 1


def test_edges_carry_shapes_and_colours_follow_the_choice(shown):
    tab = shown(archcalc.page("vgg16", {}))
    labels = tab.locator(".graph-frame .edges text").all_text_contents()
    assert labels[:2] == [times("3x224x224"), times("64x224x224")]
    assert len(labels) == len(archcalc.load("vgg16").layers) - 1
    fill = "element => element.querySelector('.body').style.fill"
    before = {path: node(tab, path).evaluate(fill) for path in ("conv1_1", "fc6", "relu")}
    assert before["relu"] == ""
    tab.get_by_label("Colour by").select_option("params")
    after = {path: node(tab, path).evaluate(fill) for path in ("conv1_1", "fc6", "relu")}
    assert after["relu"] == ""
    assert after["conv1_1"] != before["conv1_1"]
    assert after["fc6"] == "rgb(253, 234, 69)"  # the bright end: fc6 has most
    assert "params, logarithmic" in tab.locator(".legend").inner_text()
    assert "103M" in tab.locator(".legend").inner_text()
    tab.get_by_label("Colour by").select_option("receptive_field")
    assert node(tab, "fc6").locator(".value").inner_html() == "global"
    assert "brightest: global" in tab.locator(".legend").inner_text()


def test_hovering_shows_the_arithmetic(shown):
    tab = shown(archcalc.page("vgg16", {}))
    node(tab, "conv1_1").hover()
    text = details(tab)
    assert text.startswith("conv1_1")
    assert "= 224·224·(3·3·3)·64" in text
    assert "= 86,704,128 MAC" in text
    assert "rows 111 to 113, columns 111 to 113" in text
    tab.locator("tbody tr", has_text="fc6").hover()
    assert "= 7·7·512·4096" in details(tab)
    assert "Every output sees the whole input." in details(tab)
    assert node(tab, "fc6").evaluate("element => element.classList.contains('pointed')")
    tab.locator("h1").hover()
    assert details(tab).startswith("conv1_2")  # what was selected: the layer of most MACs


def test_the_memory_timeline(shown):
    tab = shown(archcalc.page("resnet18", {}))
    slider = tab.get_by_role("slider", name="Memory")
    slider.press("Home")
    assert slider.get_attribute("aria-valuetext") == "input: 602,112 B alive, of which 0 B wait"
    slider.press("End")
    assert slider.get_attribute("aria-valuetext").startswith("softmax: 4,000 B")
    assert details(tab).startswith("softmax")
    box = slider.bounding_box()
    tab.mouse.move(box["x"] + 2, box["y"] + 20)
    assert details(tab).startswith("input")


def test_sorting(shown):
    tab = shown(archcalc.page("vgg16", {}))
    head = tab.locator("thead th[data-column=params]")
    button = head.get_by_role("button")
    button.click()
    assert head.get_attribute("aria-sort") == "descending"
    assert column(tab, "name")[:3] == ["fc6", "fc7", "fc8"]
    button.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert column(tab, "name")[-1] == "fc6"
    assert column(tab, "params")[-1] == "102,764,544"
    button.click()
    assert head.get_attribute("aria-sort") == "none"
    assert column(tab, "name")[0] == "input"
    tab.locator("thead th[data-column=receptive_field] button").click()
    fields = column(tab, "receptive_field")
    assert fields[:5] == [
        times("1x1"),
        times("3x3"),
        times("5x5"),
        times("6x6"),
        times("10x10"),
    ]  # by size, not by letters
    assert fields[-1] == "global"


def test_filtering_choosing_columns_and_copying(shown):
    tab = shown(archcalc.page("vgg16", {}))
    report = archcalc.analyze("vgg16")
    assert copied(tab) == csv.render(report.table())
    tab.get_by_label("Filter").fill("POOL")
    assert column(tab, "name") == ["pool1", "pool2", "pool3", "pool4", "pool5"]
    assert tab.locator("caption").inner_text() == "5 of 41 layers"
    assert tab.locator("tfoot [data-column=params]").inner_text() == "138,357,544"
    tab.get_by_label("Filter").fill(times("256x28"))  # as one copies it from the table
    assert column(tab, "name") == ["pool3"]
    tab.get_by_label("Filter").fill("")
    tab.get_by_label("layers in place and views").check()
    tab.locator(".chooser summary").click()
    for name in ("op", "output", "activations", "weights", "params", "macs", "receptive_field"):
        tab.locator(f".choices [name={name}]").uncheck()
    for name in ("attributes", "jump", "peak_memory"):
        tab.locator(f".choices [name={name}]").check()
    names = [cell.split(",")[0] for cell in copied(tab).splitlines()[:1]]
    assert names == ["name"]
    wanted = copied(tab).splitlines()[0].split(",")
    assert set(wanted) == {"name", "attributes", "jump", "peak_memory"}
    assert copied(tab) == csv.render(report.table(wanted, everything=True))


def test_changing_a_var_changes_every_number(shown):
    vary = {"alpha": [0.25, 1.0], "resolution": [128, 224]}
    tab = shown(archcalc.page("mobilenet_v1", vary))
    tab.locator("thead th[data-column=params] button").click()
    tab.locator("thead th[data-column=params] button").click()
    tab.locator("thead th[data-column=params] button").click()  # sorted, and not any more
    tab.get_by_role("button", name="Fold all", exact=True).click()
    node(tab, "conv4", "block").click()
    node(tab, "conv4.pointwise", "block").click()
    for alpha in vary["alpha"]:
        for resolution in vary["resolution"]:
            tab.get_by_label("alpha").select_option(str(alpha))
            tab.get_by_label("resolution").select_option(str(resolution))
            check(tab, archcalc.analyze(archcalc.load("mobilenet_v1", alpha=alpha, resolution=resolution)))
            assert tab.locator('[aria-expanded="true"]').count() == 2  # folding stays


def check(tab, report):
    """That all that is shown is of this report."""
    assert f"vars {', '.join(f'{k}={v}' for k, v in report.graph.vars.items())}" in tab.locator(".facts").inner_text()
    for name in ("params", "weights", "macs", "activations", "neurons", "connections", "depth"):
        text = tab.locator(f"[data-total={name}]").inner_text()
        assert text.removesuffix(" MAC") == f"{report.totals[name]:,}"
    assert copied(tab) == csv.render(report.table())
    assert tab.locator("tfoot [data-column=macs]").inner_text() == f"{report.totals['macs']:,}"
    layer = report.graph.layer("conv4.pointwise.conv")
    node(tab, layer.path).hover()
    facts = next(found for found in report.layers if found["name"] == layer.path)
    assert tab.locator("[data-count=macs]").inner_text() == f"{facts['macs']:,}"
    assert f"= {facts['macs']:,} MAC" in details(tab)
    shape = times("x".join(map(str, facts["output"])))
    assert shape in tab.locator(".graph-frame .edges text").all_text_contents()
    assert f"output {shape}," in node(tab, layer.path).get_attribute("aria-label")
    assert f"{report.analysis.total('peak_memory'):,} B" == tab.locator("[data-total=peak_memory]").inner_text()


def test_whoever_comes_back_sees_controls_that_agree_with_the_numbers(shown):
    tab = shown(archcalc.page("mobilenet_v1", {"alpha": [0.25, 1.0]}))
    before = tab.locator("[data-total=params]").inner_text()
    tab.get_by_label("alpha").select_option("0.25")
    tab.get_by_label("Filter").fill("conv3")
    tab.get_by_label("layers in place and views").check()
    tab.goto("about:blank")
    tab.go_back()
    tab.wait_for_function(READY)
    tab.wait_for_timeout(200)  # a browser fills in forms after that
    assert tab.locator("[data-total=params]").inner_text() == before
    assert tab.get_by_label("alpha").input_value() == "1.0"
    assert tab.get_by_label("Filter").input_value() == ""
    assert not tab.get_by_label("layers in place and views").is_checked()


def test_another_structure_is_drawn_anew(shown):
    tab = shown(archcalc.page("vgg16", {"batch_norm": [False, True], "convs": [[1, 1, 2, 2, 2], [2, 2, 3, 3, 3]]}))
    tab.get_by_label("convs").select_option("[1, 1, 2, 2, 2]")
    tab.get_by_label("batch_norm").select_option("true")
    report = archcalc.analyze(archcalc.load("vgg16", convs=[1, 1, 2, 2, 2], batch_norm=True))
    assert copied(tab) == csv.render(report.table())
    assert tab.get_by_role("treeitem").count() == len(report.graph.layers)
    assert details(tab).splitlines()[0].split()[0] in {layer.path for layer in report.graph.layers}


def test_what_makes_no_network_shows_no_number(shown, tmp_path):
    spec = tmp_path / "small.yaml"
    spec.write_text("input: [3, size, size]\nvars: {size: 8}\nlayers: [{conv: [4, 5]}]\n")
    tab = shown(archcalc.page(spec, {"size": [8, 3]}))
    assert "300" in tab.locator("[data-total=weights]").inner_text()
    tab.get_by_label("size").select_option("3")
    assert "a kernel that spans 5 does not fit" in tab.get_by_role("alert").inner_text()
    assert not tab.locator("main").is_visible()
    seen = tab.locator("#page").inner_text().replace(tab.get_by_role("alert").inner_text(), "")
    assert re.findall(r"\d+", seen) == ["8", "3"]  # the choices
    tab.get_by_label("size").select_option("8")
    assert not tab.get_by_role("alert").is_visible()
    assert "300" in tab.locator("[data-total=weights]").inner_text()


def test_texts_of_a_spec_do_nothing(shown):
    tab = shown(hostile_page())
    assert tab.evaluate("() => typeof hacked") == "undefined"
    assert tab.locator("script").count() == 2
    assert tab.locator("img").count() == 0
    tab.locator("tbody tr").nth(1).hover()
    assert tab.locator("h3").inner_text().startswith("</script><script>hacked=1</script>")
    tab.get_by_label("Filter").fill("<script>")
    assert tab.locator("tbody tr").count() == 2


def test_a_thousand_layers_open(shown):
    """How fast is measured by tests/benchmarks/pages.py."""
    spec = "input: [3, 32, 32]\nlayers:\n" + "  - {conv: [3, 3, 1, half]}\n  - relu\n" * 500
    tab = shown(page_of(spec))
    assert tab.get_by_role("treeitem").count() == 32
    assert tab.locator("tbody tr").count() == 501
    node(tab, "input to conv_16", "block").click()
    assert tab.get_by_role("treeitem").count() == 64
    tab.get_by_role("button", name="Unfold all").click()
    assert "blocks stay folded" in tab.locator(".graph .said").inner_text()


def page_of(spec):
    from archcalc.pages import document
    from archcalc.pages.html import html
    from archcalc.pages.packed import packed

    return html(packed({}, {}, [document(archcalc.analyze(archcalc.loads(spec)))]))


def test_light_dark_and_paper(shown):
    tab = shown(archcalc.page("lenet5", {}), color_scheme="dark")
    ground = "() => getComputedStyle(document.body).backgroundColor"
    assert tab.evaluate(ground) == "rgb(20, 23, 26)"
    tab.get_by_role("button", name="Light or dark").click()
    assert tab.evaluate(ground) == "rgb(255, 255, 255)"
    tab.get_by_role("button", name="Light or dark").click()
    tab.emulate_media(media="print")
    assert tab.evaluate(ground) == "rgb(255, 255, 255)"
    assert not tab.get_by_label("Filter").is_visible()
    assert tab.locator(".paper svg").first.is_visible()
    assert tab.locator("tbody tr").first.is_visible()


def test_a_document_can_be_shown_in_place_of_another(shown):
    from archcalc.pages import document

    tab = shown(archcalc.page("resnet18", {}))
    tab.get_by_role("button", name="Fold all", exact=True).click()
    node(tab, "conv3", "block").click()
    found = document(archcalc.analyze(archcalc.load("resnet18", classes=10)))
    tab.evaluate("found => archcalcPage.render(found)", found)
    assert tab.locator("[data-total=params]").inner_text() == "11,181,642"
    assert tab.locator('[aria-expanded="true"]').count() == 1
    assert details(tab).startswith("conv3")
