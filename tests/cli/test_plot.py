"""`archcalc plot`: the picture of each kind, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from archcalc.cli import main

STARTS = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, entered."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["lenet5"], "LeNet-5: the cost of each layer"),
        (["lenet5", "--columns", "weights,peak"], "peak memory [B]"),
        (["resnet18", "--depth", "1"], "(depth 1)"),
        (["lenet5", "--columns", "flops", "--convention", "flops"], "operations (flops)"),
        (["lenet5", "--columns", "bound_ms", "--device", "nvidia-a100-sxm-80gb"], "bound [ms]"),
        (["lenet5", "--kind", "memory", "--batch", "4", "--dtype", "float16"], "batch 4, float16"),
        (["mobilenet_v1", "--kind", "memory", "--set", "alpha=0.5"], "alpha=0.5"),
        (["lenet5", "--kind", "receptive-field", "--layer", "s4"], "how the receptive field grows up to s4"),
        (["lenet5", "--kind", "roofline", "--device", "nvidia-a100-sxm-80gb"], "under the roofline of NVIDIA A100"),
        (["dqn", "--kind", "zoo"], "DQN in the zoo"),
    ],
)
def test_kinds(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    import matplotlib

    monkeypatch.setitem(matplotlib.rcParams, "svg.fonttype", "none")  # text as text
    assert main(["plot", *arguments, "-o", "a.svg"]) == 0
    assert capsys.readouterr() == ("", "")
    assert words in Path("a.svg").read_text(encoding="utf-8")


def test_files() -> None:
    assert main(["plot", "lenet5", *(word for end in STARTS for word in ("-o", f"a{end}"))]) == 0
    for end, start in STARTS.items():
        assert Path(f"a{end}").read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "a.png"], "plot needs a network; archcalc plot SPEC --kind bars"),
        (["vgg16", "-o", "a.jpg"], "'a.jpg' ends in .jpg, expected a picture: .png, .svg or .pdf"),
        (["vgg16", "--kind", "roofline", "-o", "a.png"], "a roofline is that of a device; give one with --device NAME"),
        (["vgg16", "--kind", "memory", "--layer", "x", "-o", "a.png"], "takes no --layer; it is for: receptive-field"),
        (
            ["vgg16", "--kind", "memory", "--depth", "0", "-o", "a.png"],
            "--kind memory takes no --depth; it is for: bars",
        ),
        (["--kind", "zoo", "--set", "a=1", "-o", "a.png"], "--kind zoo takes no --set"),
        (["vgg16", "--kind", "zoo", "-o", "a.png"], "the zoo has no family 'vgg16'; did you mean 'VGG'?"),
        (["vgg16", "--kind", "receptive-field", "--layer", "conv4", "-o", "a.png"], "no layer 'conv4'; did you mean"),
        (["vgg16", "--columns", "", "-o", "a.png"], "--columns is empty"),
        (["vgg16", "--columns", "parms", "-o", "a.png"], "there is no column 'parms'; did you mean 'params'?"),
        (["vgg16", "--columns", "bound_ms", "-o", "a.png"], "a bound of the time needs a device"),
        (["vgg16", "--batch", "0", "-o", "a.png"], "the batch is 0"),
        (["vgg16", "-o", "no/a.png"], "there is no folder 'no'"),
    ],
)
def test_what_is_refused(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert main(["plot", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert list(folder.iterdir()) == []
