"""The README and the pages of docs/ are true: every block is run, in its order, in a folder of its page's own.

`yaml` blocks are written to the file that their first line names, and stay there until a later block names it again;
`console` blocks are commands with their exact output; `python` blocks are run, those that name a file of archcalc as
that module, registered. The examples in the README's table of commands end well. The two commands of its `bash` block
are run by `.ci/run`; `text` is not run.
`python tests/test_readme.py` writes the outputs anew.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
import types
from pathlib import Path
from typing import NamedTuple

import pytest

import archcalc
from archcalc import analysis, ops, render
from archcalc.cli import COMMANDS, main

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]


class Block(NamedTuple):
    """A block of a page; `files` are the specs that stand before it, `name` -> text."""

    page: Path
    kind: str
    body: str
    files: dict[str, str]

    @property
    def label(self) -> str:
        return f"{self.page.stem}: {self.body.partition(chr(10))[0]}"


def read(page: Path) -> list[Block]:
    found, files = [], {}
    for kind, body in re.findall(r"^```(\w+)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        if kind == "yaml":
            name = re.match(r"# (\S+\.yaml)\n", body)
            assert name is not None, f"{page}: a yaml block names no file: {body}"
            files[name[1]] = body
        found.append(Block(page, kind, body, dict(files)))
    return found


BLOCKS = [block for page in PAGES for block in read(page)]


def of_kind(kind: str) -> list[Block]:
    return [block for block in BLOCKS if block.kind == kind]


def module_of(block: Block) -> str | None:
    match = re.match(r"# archcalc/(\w+)/(\w+)\.py\n", block.body)
    return None if match is None else f"archcalc.{match[1]}.{match[2]}"


def enter(block: Block, folder: Path) -> None:
    """Go to a folder that has the specs before a block, and the checkout's `specs` under its own name."""
    os.chdir(folder)
    for name, text in block.files.items():
        Path(name).write_text(text, encoding="utf-8")
    Path("specs").symlink_to(ROOT / "specs")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own, which it leaves."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_block_is_run_by_something() -> None:
    assert {block.kind for block in BLOCKS} == {"bash", "console", "python", "text", "yaml"}
    (bash,) = of_kind("bash")
    assert bash.page == README
    assert bash.body.splitlines() == [
        "pip install -e . && archcalc specs/vgg16.yaml --table",
        "pip install -e '.[test]' && pytest",
    ]


@pytest.mark.parametrize("block", of_kind("console"), ids=lambda block: block.label)
def test_console(block: Block, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    enter(block, folder)
    command, _, expected = block.body.partition("\n")
    program, *arguments = shlex.split(command.removeprefix("$ "))
    assert program == "archcalc"
    main(arguments)
    shown = capsys.readouterr()
    assert shown.out + shown.err == expected


@pytest.mark.parametrize("block", of_kind("yaml"), ids=lambda block: block.label)
def test_every_file_is_used(block: Block) -> None:
    name = block.label.partition("# ")[2]
    assert any(name in other.body and other.files.get(name) == block.body for other in BLOCKS if other.kind != "yaml")


@pytest.mark.parametrize("block", [block for block in of_kind("python") if module_of(block) is None])
def test_python(block: Block, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    enter(block, folder)
    exec(compile(block.body, block.page.name, "exec"), {})  # noqa: S102


@pytest.fixture
def extended(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """archcalc with the op, the analysis and the output of `add-an-op.md` added as it says."""
    names = []
    for block in of_kind("python"):
        name = module_of(block)
        if name is None:
            continue
        module = types.ModuleType(name)
        monkeypatch.setitem(sys.modules, name, module)
        exec(compile(block.body, name, "exec"), module.__dict__)  # noqa: S102
        names.append(name)
    monkeypatch.setitem(ops.OPS, "square", "Square")
    monkeypatch.setitem(analysis.MODULES, "reuse", "reuse")
    monkeypatch.setattr(render, "FORMATS", (*render.FORMATS, "lines"))
    return names


def test_extensions_work_as_written(extended: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert extended == [
        "archcalc.ops.square",
        "archcalc.kernels.square",
        "archcalc.analysis.reuse",
        "archcalc.render.lines",
    ]
    report = archcalc.analyze(archcalc.loads("input: [3, 5, 4]\nlayers: [{conv: [2, 3]}, square]"))
    # The conv has 3*2 outputs; each of its weights is used once at each. The square: one offset a channel.
    assert render.render(report.table(("reuse", "params", "muls")), "lines").splitlines() == [
        "name=input, reuse=None, params=0, muls=0",
        "name=conv, reuse=6, params=56, muls=0",
        "name=square, reuse=None, params=2, muls=12",
    ]
    checked = archcalc.verify(archcalc.loads("input: [3, 5, 4]\nlayers: [square, {square: {offset: false}}]"), batch=2)
    assert checked.differences == []
    assert main(["ops", "square"]) == 0
    assert "work    C*H*W add, C*H*W mul" in capsys.readouterr().out


def anchors(page: Path) -> set[str]:
    """What links may name of a page, as GitHub makes it of headings."""
    if page.is_dir():
        return {""}
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {"", *(re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings)}


def test_links_of_the_readme_lead_somewhere() -> None:
    """Those of docs/ are checked when the site is built."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)#?([^)]*)\)", README.read_text(encoding="utf-8"))
    assert len(links) > 20
    assert [(page, anchor) for page, anchor in links if anchor not in anchors(ROOT / page)] == []


EXAMPLES = [
    example
    for line in README.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ")
    for example in re.findall(r"`archcalc ([^`]+)`", line)
]


def test_every_command_has_an_example() -> None:
    assert {example.split()[0] for example in EXAMPLES} >= set(COMMANDS)


# `calibrate` takes a while, and `serve` goes on until it is told to stop; their own tests run them.
LONG = ("calibrate", "serve")


@pytest.mark.parametrize("example", [example for example in EXAMPLES if not example.startswith(LONG)])
def test_examples(example: str) -> None:
    assert main(shlex.split(example)) == 0


def renew() -> None:
    """Write every page with what its commands print now."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in read(page):
            if block.kind != "console":
                continue
            command = block.body.partition("\n")[0]
            shown = io.StringIO()
            with tempfile.TemporaryDirectory() as folder:
                enter(block, Path(folder))
                with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
                    main(shlex.split(command.removeprefix("$ "))[1:])
                os.chdir(ROOT)
            text = text.replace(f"```console\n{block.body}```", f"```console\n{command}\n{shown.getvalue()}```")
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    renew()
