"""The playground in headless Chromium: what somebody who types sees. Skipped as the tests of pages are."""

from __future__ import annotations

import re
import threading

import pytest

import archcalc
from archcalc.playground import Playground
from archcalc.playground.frame import text_of
from tests.pages import test_browser as pages

SMALL = "input: [3, 8, 8]\nlayers:\n  - conv: [4, 3]\n"
CALM = "() => !document.querySelector('#page-side').hasAttribute('aria-busy')"
PASTE = """(element, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""
LINES = "() => [...document.querySelectorAll('.cm-line')].map((line) => line.innerText.replace(/\\n$/, '')).join('\\n')"


@pytest.fixture(scope="module")
def served():
    server = Playground(seconds=60)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def opened(browser, served):
    """Opens the playground; at the end, nothing may have been said, asked of others, or stored."""
    said, asked, contexts = [], [], []

    def open_page(**options):
        contexts.append(browser.new_context(viewport={"width": 1400, "height": 900}, **options))
        tab = contexts[-1].new_page()
        tab.set_default_timeout(30_000)
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(served.address)
        calm(tab)
        return tab

    yield open_page
    for context in contexts:
        assert context.storage_state() == {"cookies": [], "origins": []}
        context.close()
    assert said == []
    assert [url for url in asked if not url.startswith((served.address, "data:", f"blob:{served.address}"))] == []


def calm(tab):
    """Wait until what is shown is of what is typed."""
    tab.wait_for_function("() => performance.getEntriesByName('archcalc-answered').length")
    tab.wait_for_function(CALM)


def write(tab, text):
    """Paste a text in place of all that there is: the editor adds no brackets to it."""
    paste(tab, text)
    calm(tab)


def paste(tab, text):
    tab.locator(".cm-content").click()
    tab.keyboard.press("Control+a")
    tab.locator(".cm-content").evaluate(PASTE, text)


def text(tab):
    return tab.evaluate(LINES)


def total(tab, name):
    return tab.locator(f"[data-total={name}]")


def offered(tab):
    tab.locator(".cm-tooltip-autocomplete").wait_for()
    return tab.locator(".cm-tooltip-autocomplete .cm-completionLabel").all_inner_texts()


def test_typing_changes_the_numbers(opened):
    tab = opened()
    write(tab, SMALL)
    assert total(tab, "params").inner_text() == "112"
    tab.keyboard.type("  - {linear: 10")
    calm(tab)
    assert text(tab).endswith("  - {linear: 10}")  # the brace was closed
    report = archcalc.analyze(archcalc.loads(SMALL + "  - {linear: 10}"))
    assert total(tab, "params").inner_text() == f"{report.totals['params']:,}"
    assert pages.column(tab, "name") == ["input", "conv", "linear"]
    tab.keyboard.press("Control+z")
    calm(tab)


def test_the_example_at_the_start(opened):
    tab = opened()
    assert total(tab, "params").inner_text() == "61,706"
    assert tab.locator("h1").inner_text().startswith("LeNet-5")


def test_mistakes_are_marked_listed_and_hide_every_number(opened):
    tab = opened()
    write(tab, "input: [3, 8, 8]\nlayers:\n  - cnov: [4, 3]\n  - conv: {filters: 8, kernl: 3}\n")
    alert = tab.locator("#page-side > [role=alert]")
    assert "unknown op or block 'cnov'; did you mean 'conv'?" in alert.inner_text()
    assert "line 3, column 5" in alert.inner_text()
    assert tab.locator("#page *:visible").count() == 0
    assert tab.locator("#page").inner_text().strip() == ""
    assert tab.locator(".cm-lintRange-error").all_inner_texts() == ["cnov", "kernl"]
    listed = tab.get_by_role("list", name="Mistakes").get_by_role("button").all_inner_texts()
    assert [one.split()[0] for one in listed] == ["3:5", "4:24"]
    assert tab.locator(".cm-gutter-lint .cm-lint-marker-error").count() == 2
    tab.get_by_role("button", name="4:24").click()
    tab.keyboard.press("Control+ArrowRight")
    tab.keyboard.press("Control+Backspace")
    tab.keyboard.type("kernel")
    tab.get_by_role("button", name="3:5").click()
    tab.keyboard.press("Control+ArrowRight")
    tab.keyboard.press("Control+Backspace")
    tab.keyboard.type("conv")
    tab.wait_for_function("() => !document.body.classList.contains('is-wrong')")
    calm(tab)
    assert total(tab, "params").inner_text() == "408"  # 3*3*3*4 + 4 + 3*3*4*8 + 8
    assert tab.locator(".cm-lintRange-error").count() == 0
    assert not alert.is_visible()
    assert not tab.get_by_role("list", name="Mistakes").is_visible()


def test_a_mistake_behind_signs_outside_the_basic_plane_is_marked_where_it_is(opened):
    """The loader counts characters, the editor halves of them."""
    tab = opened()
    write(tab, 'input: 3\nlayers: [{linear: 3, name: "\U0001f600\U0001f600", frm: x}]\n')
    assert "frm" in tab.locator(".cm-lintRange-error").all_inner_texts()


def test_a_mistake_in_the_zoo_is_marked_at_what_is_extended(opened):
    tab = opened()
    write(tab, "extends: resnet50\nvars: {depths: [3, 4]}\n")
    assert set(tab.locator(".cm-lintRange-error").all_inner_texts()) == {"extends: resnet50"}
    assert "families/resnet_bottleneck.yaml, line " in tab.locator("#page-side > [role=alert]").inner_text()
    assert not total(tab, "params").is_visible()


def test_a_file_of_this_machine_is_refused(opened):
    tab = opened()
    write(tab, "extends: /etc/passwd\n")
    assert "expected a file of the zoo" in tab.locator("#page-side > [role=alert]").inner_text()
    assert tab.locator(".cm-lintRange-error").all_inner_texts() == ["/etc/passwd"]


@pytest.mark.parametrize(
    ("before", "typed", "wanted"),
    [
        ("input: [3, 8, 8]\nlayers:\n", "  - co", "conv"),
        ("input: [3, 8, 8]\nlayers:\n", "  - {co", "conv"),
        ("input: [3, 8, 8]\nlayers:\n  - add:\n", "      - - co", "conv"),
        ("input: [3, 8, 8]\nlayers:\n  - sequence:\n", "      - co", "conv"),
        ("blocks:\n  mine:\n    args: {width: }\n    layers:\n", "      - co", "conv"),
        ("blocks:\n  mine:\n    args: {width: }\n    layers:\n", "      - {conv: {filters: wi", "width"),
        ("input: [3, 8, 8]\nlayers:\n", "  - conv: {fi", "filters"),
        ("input: [3, 8, 8]\nlayers:\n  - conv:\n", "      fi", "filters"),
        ("input: [3, 8, 8]\nlayers:\n", "  - conv: {filters: 3, padding: h", "half"),
        ("input: [3, 8, 8]\nlayers:\n  - conv: [3, 3]\n", "    rep", "repeat"),
        ("vars: {classes: 10}\ninput: [3, 8, 8]\nlayers:\n", "  - linear: cl", "classes"),
        ("blocks:\n  mine: {layers: [relu]}\ninput: 3\nlayers:\n", "  - mi", "mine"),
        ("extends: resnet50\nlayers:\n", "  - conv_", "conv_bn"),
        ("", "lay", "layers"),
        ("", "extends: resnet5", "resnet50"),
        ("", "import: [blocks/bott", "blocks/bottleneck.yaml"),
        ("input: 3\nlayers:\n  - {linear: 3, name: first}\n", "  - {relu: , from: fi", "first"),
    ],
)
def test_completion(opened, before, typed, wanted):
    tab = opened()
    write(tab, before)
    tab.keyboard.press("Control+End")
    tab.keyboard.type(typed)
    assert wanted in offered(tab)


def test_completion_says_what_an_op_is_and_writes_it(opened):
    tab = opened()
    write(tab, "input: [3, 8, 8]\nlayers:\n")
    tab.keyboard.type("  - conv")
    offered(tab)
    option = tab.locator(".cm-tooltip-autocomplete li").first
    assert option.locator(".cm-completionLabel").inner_text() == "conv"
    assert "Convolution: every filter looks through one window" in option.inner_text()
    option.click()
    tab.keyboard.type("[4, 3")
    calm(tab)
    assert text(tab).endswith("  - conv: [4, 3]")
    assert total(tab, "params").inner_text() == "112"


def test_nothing_is_offered_in_comments_and_texts(opened):
    tab = opened()
    write(tab, "# about ")
    tab.keyboard.type("co")
    tab.wait_for_timeout(300)
    assert tab.locator(".cm-tooltip-autocomplete").count() == 0


def test_the_menu_loads_networks_of_the_zoo(opened):
    tab = opened()
    menu = tab.get_by_label("Start from")
    assert menu.locator("option").all_inner_texts()[1:] == archcalc.spec.locate.zoo_names()
    menu.select_option("resnet50")
    total(tab, "params").get_by_text("25,557,032").wait_for()
    calm(tab)
    assert text(tab) == text_of("resnet50").replace("\r\n", "\n")
    rows = pages.column(tab, "name")
    assert rows == [row[0] for row in archcalc.analyze("resnet50").table().rows]
    assert menu.input_value() == ""
    tab.locator(".cm-content").click()
    tab.keyboard.press("Control+z")  # what was typed before is not lost
    total(tab, "params").get_by_text("61,706").wait_for()


def test_folding_stays_while_one_types(opened):
    tab = opened()
    tab.get_by_label("Start from").select_option("resnet50")
    total(tab, "params").get_by_text("25,557,032").wait_for()
    calm(tab)
    tab.get_by_role("button", name="Fold all", exact=True).click()
    pages.node(tab, "conv3", "block").click()
    write(tab, "extends: resnet50\nvars: {classes: 10}\n")
    assert total(tab, "params").inner_text() == "23,528,522"
    assert tab.locator('[aria-expanded="true"]').count() == 1
    assert pages.details(tab).startswith("conv3")


def test_only_the_last_text_counts(opened, served):
    """An answer that comes after the text has changed again is not shown, and the numbers are dimmed until then."""
    tab = opened()
    waiting = []
    tab.route("**/compute", lambda route: waiting.append(route))
    paste(tab, SMALL)
    until(tab, lambda: len(waiting) == 1)
    paste(tab, SMALL.replace("4", "5"))
    tab.wait_for_timeout(200)
    assert len(waiting) == 1  # one at a time
    waiting[0].continue_()
    until(tab, lambda: len(waiting) == 2)
    assert tab.locator("#page-side").get_attribute("aria-busy") == "true"
    assert total(tab, "params").inner_text() == "61,706"
    tab.wait_for_function("() => getComputedStyle(document.getElementById('page')).opacity < 0.5")
    waiting[1].continue_()
    calm(tab)
    assert total(tab, "params").inner_text() == "140"
    tab.unroute("**/compute")


def test_an_answer_after_another_key_is_not_shown(opened):
    tab = opened()
    waiting = []
    tab.route("**/compute", lambda route: waiting.append(route))
    paste(tab, SMALL)
    until(tab, lambda: len(waiting) == 1)
    tab.evaluate("() => { window.setTimeout = () => 0; }")  # no other request follows
    tab.keyboard.type("#")
    with tab.expect_response("**/compute"):
        waiting[0].continue_()
    tab.wait_for_timeout(300)
    assert tab.locator("#page-side").get_attribute("aria-busy") == "true"
    assert total(tab, "params").inner_text() == "61,706"


def until(tab, holds):
    for _ in range(200):
        if holds():
            return
        tab.wait_for_timeout(50)
    raise AssertionError("it never came")


def test_without_a_server_there_is_no_number(browser, served):
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(served.address)
    calm(tab)
    tab.route("**/compute", lambda route: route.abort())
    write(tab, SMALL)
    assert "The server does not answer" in tab.locator("#page-side > [role=alert]").inner_text()
    assert not total(tab, "params").is_visible()
    context.close()


def test_the_text_can_be_downloaded(opened):
    tab = opened()
    write(tab, 'name: "My Net"\n' + SMALL)
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Download spec").click()
    assert download.value.suggested_filename == "my_net.yaml"
    assert download.value.path().read_text() == 'name: "My Net"\n' + SMALL


def test_texts_of_a_spec_do_nothing(opened):
    tab = opened()
    write(tab, "name: '</script><img src=x onerror=hacked=1>'\n" + SMALL.replace("conv:", "'<b>':"))
    assert "<b>" in tab.locator("#page-side > [role=alert]").inner_text()
    write(tab, "name: '</script><img src=x onerror=hacked=1>'\n" + SMALL)
    assert tab.locator("h1").inner_text().startswith("</script><img")
    assert tab.evaluate("() => typeof hacked") == "undefined"
    assert tab.locator("img").count() == 0


def test_light_and_dark(opened):
    tab = opened(color_scheme="dark")
    ground = "() => getComputedStyle(document.querySelector('.cm-editor')).backgroundColor"
    assert tab.evaluate(ground) == "rgb(20, 23, 26)"
    tab.get_by_role("button", name="Light or dark").click()
    assert tab.evaluate(ground) == "rgb(255, 255, 255)"
    assert re.match(
        r"rgb\(22, 25, 29\)", tab.evaluate("() => getComputedStyle(document.querySelector('.cm-content')).color")
    )


def test_tab_indents_and_escape_lets_one_leave(opened):
    tab = opened()
    write(tab, "a")
    tab.keyboard.press("Home")
    tab.keyboard.press("Tab")
    assert text(tab) == "  a"
    tab.keyboard.press("Escape")
    tab.keyboard.press("Tab")
    assert tab.evaluate("() => !document.activeElement.closest('.cm-content')")
