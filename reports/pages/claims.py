"""reports/claims.md: every printed number of the lectures, what archcalc computes, and the verdict."""

from __future__ import annotations

from pathlib import Path

from archcalc.checking import verdicts_of
from archcalc.checking.entries import SIGNS, SURE
from archcalc.checking.printed import written
from archcalc.checking.verdicts import ERRATUM, HOLDS, ROUNDED, UNDER, VERDICTS, Verdict
from archcalc.render.markdown import escaped
from archcalc.spec.locate import zoo_folder

INTRODUCTION = """\
# The numbers in the lectures, checked

Five lectures on convolutional networks print numbers that the definition of a network determines. Here is each of
them beside what archcalc computes from the specs of its zoo. `archcalc check` makes these verdicts from the files in
`specs/claims/`, and CI makes this page anew: every number under *computed* and every verdict is computed, and what an
erratum says is checked; the remarks were written by people.

- **holds**: the computed value is what is printed; **holds rounded**: it is, brought to the printed precision.
- **holds under a convention**: it is if one counts as the remark says; the document may not say so.
- **erratum**: the printed number does not follow. The remark says what is right, why, and how sure that is: *proven*
  (arithmetic shows it), *likely* (a reading was found that gives the printed number), *unexplained* (none was found).
  An erratum need not be a slip: the size of a file, for example, is right, but no network determines it.

MACs are multiply-accumulates, 2 FLOPs each."""


def page() -> str:
    """The whole page."""
    files = sorted(Path(zoo_folder(), "claims").glob("*.yaml"))
    by_file = {file: verdicts_of(file) for file in files}
    everything = [verdict for verdicts in by_file.values() for verdict in verdicts]
    parts = [INTRODUCTION, _counts(by_file), "## Errata", *_errata(everything)]
    for file, verdicts in by_file.items():
        parts += [f"## {escaped(_document(file, verdicts))}", _table(verdicts)]
    return "\n\n".join(parts)


def _document(file: Path, verdicts: list[Verdict]) -> str:
    return verdicts[0].entry.document or file.stem


def _counts(by_file: dict[Path, list[Verdict]]) -> str:
    kinds = [kind for kind in VERDICTS if any(v.verdict == kind for verdicts in by_file.values() for v in verdicts)]
    rows = ["| document | claims | " + " | ".join(kinds) + " |", "| --- | ---: |" + " ---: |" * len(kinds)]
    sums = [0] * (len(kinds) + 1)
    for file, verdicts in by_file.items():
        numbers = [len(verdicts), *(sum(verdict.verdict == kind for verdict in verdicts) for kind in kinds)]
        sums = [a + b for a, b in zip(sums, numbers, strict=True)]
        rows.append(f"| {escaped(_document(file, verdicts))} | " + " | ".join(map(str, numbers)) + " |")
    rows.append("| **all** | " + " | ".join(f"**{number}**" for number in sums) + " |")
    return "\n".join(rows)


def _errata(everything: list[Verdict]) -> list[str]:
    found = [verdict for verdict in everything if verdict.entry.erratum is not None]
    result = []
    for verdict in sorted(found, key=lambda verdict: SURE.index(verdict.entry.erratum.sure)):  # type: ignore[union-attr]
        entry, erratum = verdict.entry, verdict.entry.erratum
        assert erratum is not None  # noqa: S101
        quote = f"> {escaped(entry.quote)}" if entry.quote else ""
        said = (
            f"**`{entry.id}`** ({escaped(entry.document)}, {escaped(entry.place)}) prints "
            f"**{escaped(entry.expected.text)}**; computed: **{escaped(written(verdict.computed))}** "
            f"(`{entry.quantity.text}`{_of(verdict)}). *{erratum.sure}*: {escaped(erratum.reason)}"
        ) + (f" Checked reading: `{erratum.reading}`." if erratum.reading else "")
        result.append("\n\n".join(filter(None, [said, quote])))
    return result


def _of(verdict: Verdict) -> str:
    """The networks that a quantity speaks of."""
    names = [subject.spec for subject in verdict.entry.subjects.values() if subject.spec is not None]
    return f" of {', '.join(f'`{name}`' for name in names)}" if names else ""


def _table(verdicts: list[Verdict]) -> str:
    rows = [
        "| claim | place | quote | printed | computed | verdict | remark |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for verdict in verdicts:
        entry = verdict.entry
        strong = verdict.verdict not in (HOLDS, ROUNDED, UNDER)
        kind = f"**{verdict.verdict}**" if strong else verdict.verdict
        remark = verdict.message if verdict.verdict != ERRATUM else f"{verdict.message.partition(':')[0]}, see above"
        cells = [
            f"`{entry.id}`",
            escaped(entry.place),
            escaped(entry.quote),
            escaped(SIGNS[entry.kind] + entry.expected.text),
            escaped(written(verdict.computed)),
            kind,
            escaped(remark),
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)
