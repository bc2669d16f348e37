"""reports/time.md: bounds of the running time beside times that were measured, and what one learns from both."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from archcalc import Report, analyze, load
from archcalc.devices import find_device
from archcalc.render.markdown import escaped
from archcalc.render.numbers import significant
from pages.ranks import rank_correlation
from pages.scatter import Point, scatter

DATA = Path(__file__).resolve().parents[1] / "data"
GPU, GPU_DTYPE = "nvidia-a100-sxm-80gb", "tf32"
CPU = "amd-epyc-7742"
BATCH = 32
DEVICES = {"CPU": "EPYC", "GPU": "A100"}  # in the table -> the device of the bound
INTRODUCTION = """\
# Bounds of the running time, and times that were measured

`archcalc time SPEC --device NAME` computes a bound by the roofline model: no layer is done faster than its arithmetic
at the device's peak, nor than its bytes at the bandwidth of its memory. Nothing is run. Here these bounds are held
against times that others, and this machine, have measured. Two questions: is the bound below the time, as it should
be, and does it put networks into the order in which they take time? The second is answered by Spearman's rank
correlation: 1 is the same order, 0 none, -1 the opposite one."""
KERAS = """\
## The table of Keras models

The lecture quotes the milliseconds per inference step of the Keras documentation ({machine}). The device files that
come closest are `{gpu}` (at {dtype}, which TensorFlow uses on it for float32) and `{cpu}` (float32): the documentation
does not say which EPYC it was, and its 92 cores are more than the 64 of this one."""
BEYOND = """\
**What a step is.** On these devices a step cannot be a batch of {batch} in float32: {gpu_count} of the {count} GPU
times and {cpu_count} of the CPU times lie below the bound of such a batch. VGG16 for example takes {cpu_ms} ms on the
CPU, where {batch} images are {flop} GFLOP: that would be {rate} TFLOP/s, about twice the peak of the EPYC. Above the
bound of one image lie {cpu_above} of the CPU times and {gpu_above} of the GPU times. So the bounds below are those of
one image, batch 1; that the printed times are those of one image is a reading, nothing that the table says."""
RANKS_TEXT = """\
**The order.** Rank correlation with the printed times, of the bound and of simpler guesses:"""
LESSON = """\
The best guess at the order of the CPU times is {cpu_best}, at that of the GPU times {gpu_best}. Arithmetic alone, which
papers compare, is a worse guess than the bound: networks of depthwise convolutions, squeeze-and-excitation and dense
connections compute little and move much. That the number of layers counts on the GPU suggests that starting a layer of
one image takes longer than running it; data sheets give no overhead a layer, and these bounds contain none. That, and
peaks which no convolution reaches, leaves the bounds far below the times: these are {times} on the GPU, and
{cpu_times} on the CPU."""
RUNS = """\
## This machine

The fast kernels of `archcalc verify`, which count while they compute, on {machine}, {date}: medians of {rounds} runs at
batch 1, float32, beside the bounds of the device file that `archcalc calibrate` made of the machine right before:
{peak}. Other work ran on the machine at the same time; `fastest` and `slowest` show how much that
mattered. {above} of the {count} medians lie above the bound. They come near to it where dense convolutions do most of
the work, as in VGG. They are far from it where exponentials, which count as one operation, take many (SiLU in
EfficientNet, GELU in ViT), where the kernel is a plain loop (attention), and in networks of many small layers. A single
layer may also be faster than its bound: a relu of VGG is, as its tensor is still in the cache.
`python tests/benchmarks/estimates.py` measures anew."""


def pages() -> dict[str, str]:
    """The page and its plots."""
    keras, runs = _Keras(), _Runs()
    return {
        "time.md": "\n\n".join([INTRODUCTION, *keras.parts(), *runs.parts()]),
        "time_keras.svg": keras.plot(),
        "time_runs.svg": runs.plot(),
    }


def _read(name: str) -> Any:
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


def _bound(report: Report) -> Any:
    return report.analysis.total("bound_ms")


def _guesses(report: Report) -> dict[str, Any]:
    """What an order may be guessed from, by what it is called."""
    analysis = report.analysis
    return {
        "bound": analysis.total("bound_ms"),
        "bytes moved": analysis.total("bytes_moved"),
        "arithmetic": analysis.total("arithmetic"),
        "MACs": analysis.total("macs"),
        "parameters": analysis.total("params"),
        "layers that do anything": sum(bool(what) for what in analysis.values["bound_by"]),
    }


def _correlations(guesses: Sequence[dict[str, Any]], times: dict[str, Sequence[float]]) -> str:
    """A row a guess, a column for each list of times."""
    rows = [f"| guess | {' | '.join(times)} |", "| --- |" + " ---: |" * len(times)]
    for name in guesses[0]:
        found = [rank_correlation([guess[name] for guess in guesses], values) for values in times.values()]
        rows.append(f"| {name} | {' | '.join(f'{value:.2f}' for value in found)} |")
    return "\n".join(rows)


def _ratio(time: str | float, bound: Any) -> float:
    return float(time) / float(bound)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(heads)} |", "| --- |" + " ---: |" * (len(heads) - 1)]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


class _Keras:
    """The table of the lecture beside bounds."""

    def __init__(self) -> None:
        self.data = _read("keras_applications.yaml")
        self.printed = {name: (cpu, gpu) for name, (_, _, cpu, gpu) in self.data["networks"].items()}
        graphs = {name: load(spec, **given) for name, (spec, given, *_) in self.data["networks"].items()}
        self.cpu, self.cpu_batch = (
            {n: analyze(g, batch, device=CPU) for n, g in graphs.items()} for batch in (1, BATCH)
        )
        self.gpu, self.gpu_batch = (
            {n: analyze(g, batch, GPU_DTYPE, device=GPU) for n, g in graphs.items()} for batch in (1, BATCH)
        )

    def parts(self) -> list[str]:
        head = KERAS.format(machine=self.data["machine"], gpu=GPU, cpu=CPU, dtype=GPU_DTYPE)
        return [
            head,
            self._beyond(),
            RANKS_TEXT,
            _correlations(self._all_guesses(), self._times()),
            self._lesson(),
            "![Printed times over bounds](time_keras.svg)",
            self._rows(),
        ]

    def _beyond(self) -> str:
        below = [
            sum(float(self.printed[name][place]) < _bound(report) for name, report in reports.items())
            for place, reports in enumerate((self.cpu_batch, self.gpu_batch))
        ]
        flop = self.cpu_batch["VGG16"].analysis.total("arithmetic")
        cpu_ms = self.printed["VGG16"][0]
        return BEYOND.format(
            batch=BATCH,
            count=len(self.printed),
            cpu_count=below[0],
            gpu_count=below[1],
            cpu_ms=cpu_ms,
            flop=f"{flop / 10**9:.0f}",
            rate=f"{flop / float(cpu_ms) / 10**9:.1f}",
            cpu_above=self._above(0, self.cpu),
            gpu_above=self._above(1, self.gpu),
        )

    def _above(self, place: int, reports: dict[str, Report]) -> str:
        """How many of the printed times are at least the bound."""
        count = sum(float(self.printed[name][place]) >= _bound(report) for name, report in reports.items())
        return "all" if count == len(reports) else f"{count} of {len(reports)}"

    def _times(self) -> dict[str, Sequence[float]]:
        return {title: [float(times[place]) for times in self.printed.values()] for place, title in enumerate(DEVICES)}

    def _all_guesses(self) -> list[dict[str, Any]]:
        """Those of every network, with the bounds of both devices."""
        result = []
        for name in self.printed:
            others = {what: value for what, value in _guesses(self.cpu[name]).items() if what != "bound"}
            bounds = {f"bound on the {title}": _bound(reports[name]) for title, reports in self._reports().items()}
            result.append({**bounds, **others})
        return result

    def _reports(self) -> dict[str, dict[str, Report]]:
        return dict(zip(DEVICES.values(), (self.cpu, self.gpu), strict=True))

    def _lesson(self) -> str:
        guesses = self._all_guesses()
        best = []
        for times in self._times().values():
            found = {what: rank_correlation([guess[what] for guess in guesses], times) for what in guesses[0]}
            name = max(found, key=lambda what: found[what])
            best.append(f"{name} ({found[name]:.2f})")
        spans = []
        for place, reports in enumerate(self._reports().values()):
            ratios = [_ratio(self.printed[name][place], _bound(report)) for name, report in reports.items()]
            spans.append(f"{min(ratios):.0f} to {max(ratios):.0f} times as long")
        return LESSON.format(cpu_best=best[0], gpu_best=best[1], cpu_times=spans[0], times=spans[1])

    def _rows(self) -> str:
        heads = ["network", "CPU [ms]", "bound, EPYC [ms]", "GPU [ms]", "bound, A100 [ms]", "GFLOP", "MB moved"]
        rows = []
        for name, (cpu, gpu) in self.printed.items():
            total = self.cpu[name].analysis.total
            bounds = [significant(_bound(reports[name]), 3) for reports in (self.cpu, self.gpu)]
            sizes = [f"{total('arithmetic') / 10**9:.2f}", f"{total('bytes_moved') / 10**6:.0f}"]
            rows.append([escaped(name), cpu, bounds[0], gpu, bounds[1], *sizes])
        return _table(heads, rows)

    def plot(self) -> str:
        series: dict[str, Sequence[Point]] = {}
        for place, (title, reports) in enumerate(self._reports().items()):
            series[title] = [(n, float(_bound(report)), float(self.printed[n][place])) for n, report in reports.items()]
        return scatter("Keras table: printed time over bound, batch 1", "bound [ms]", "printed time [ms]", series)


class _Runs:
    """Executions on the machine that has made the files beside, and their bounds."""

    def __init__(self) -> None:
        self.data = _read("runs.yaml")
        self.device = find_device(DATA / "this_machine.yaml")
        self.times = {name: [float(value) for value in values] for name, values in self.data["ms"].items()}
        self.reports = {name: analyze(name, device=self.device) for name in self.times}

    def parts(self) -> list[str]:
        report = next(iter(self.reports.values()))
        peak = next(note for note in report.table(("bound_ms",)).notes if note.startswith("device ")).partition(": ")[2]
        above = sum(times[0] >= _bound(self.reports[name]) for name, times in self.times.items())
        facts = {name: self.data[name] for name in ("machine", "date", "rounds")}
        text = RUNS.format(**facts, peak=peak, above=above, count=len(self.times))
        medians = [values[0] for values in self.times.values()]
        guesses = [_guesses(report) for report in self.reports.values()]
        return [
            text,
            "**The order.**",
            _correlations(guesses, {"median of the runs": medians}),
            "![Measured times over bounds](time_runs.svg)",
            self._rows(),
        ]

    def _rows(self) -> str:
        heads = ["network", "bound [ms]", "median [ms]", "fastest", "slowest", "median / bound"]
        rows = []
        for name, report in self.reports.items():
            bound = _bound(report)
            times = [f"{value:.1f}" for value in self.times[name]]
            rows.append([f"`{name}`", significant(bound, 3), *times, f"{_ratio(self.times[name][0], bound):.2f}"])
        return _table(heads, rows)

    def plot(self) -> str:
        points = [(name, float(_bound(report)), self.times[name][0]) for name, report in self.reports.items()]
        return scatter("verify's kernels on this machine, batch 1", "bound [ms]", "measured [ms]", {"runs": points})
