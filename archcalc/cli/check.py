"""`archcalc check`: expectations, budgets and baselines, for people and for CI."""

from __future__ import annotations

import argparse

from archcalc.checking.outcome import CI_FORMATS
from archcalc.cli import DONE, FAILED, write
from archcalc.cli.report import settings
from archcalc.errors import ArchcalcError
from archcalc.render import FORMATS
from archcalc.report import Report, analyze
from archcalc.spec import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.checking.outcome import Outcome


def run(arguments: Sequence[str]) -> int:
    """Carry out the command; returns the exit status: 1 if anything fails."""
    options = _parser().parse_args(arguments)
    outcome = _outcome(options)
    write(outcome.rendered("json" if options.json else options.format), options.output)
    return DONE if outcome.is_right else FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="archcalc check",
        description="Hold files of expectations against specs; or one spec against a budget, or a stored run.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("files", metavar="FILE", nargs="+", help="check files; with a budget or a baseline, specs")
    add("--max", metavar="COLUMN=LIMIT", nargs="+", action="extend", default=[], help="totals at most, macs=600M")
    add("--min", metavar="COLUMN=LIMIT", nargs="+", action="extend", default=[], help="totals at least")
    add("--baseline", metavar="JSON", help="compare every total with the run stored here")
    add("--update", action="store_true", help="store this run as the baseline")
    add("--set", metavar="NAME=VALUE", nargs="+", action="extend", default=[], help="values for vars of the specs")
    add("--batch", metavar="N", type=int, default=1, help="examples in a batch (1), for budgets and baselines")
    add("--format", choices=(*FORMATS, *CI_FORMATS), default="text", help="format of the outcome (text)")
    add("--json", action="store_true", help="one JSON object with everything")
    add("-o", "--output", metavar="FILE", help="write to a file")
    return parser


def _outcome(options: argparse.Namespace) -> Outcome:
    if options.update and options.baseline is None:
        raise ArchcalcError("--update needs --baseline JSON, the file that it writes")
    if options.baseline is None and not options.max and not options.min:
        if options.set or options.batch != 1:
            raise ArchcalcError("--set and --batch belong to budgets and baselines; a check file has its own settings")
        from archcalc.checking import check

        return check(*options.files)
    reports = {file: _report(file, options) for file in options.files}
    if options.baseline is not None:
        from archcalc.checking.baseline import check_baseline, write_baseline

        if options.update:
            write_baseline(reports, options.baseline)
        return check_baseline(reports, options.baseline)
    return _budget(reports, options)


def _report(file: str, options: argparse.Namespace) -> Report:
    return analyze(load(file, **settings(options.set)), batch=options.batch)


def _budget(reports: dict[str, Report], options: argparse.Namespace) -> Outcome:
    from archcalc.checking.budget import check_budget
    from archcalc.checking.outcome import Outcome

    most, least = _limits(options.max, "--max"), _limits(options.min, "--min")
    outcomes = {file: check_budget(report, most, least, f"{file}:1:1") for file, report in reports.items()}
    if len(outcomes) == 1:
        return next(iter(outcomes.values()))
    rows = [row._replace(name=f"{file} {row.name}") for file, outcome in outcomes.items() for row in outcome.rows]
    return Outcome(rows)


def _limits(given: Sequence[str], option: str) -> dict[str, str]:
    result: dict[str, str] = {}
    for text in given:
        name, equals, limit = text.partition("=")
        if not equals or not name or not limit:
            raise ArchcalcError(f"{option} {text}: expected COLUMN=LIMIT, such as macs=600M")
        if name in result:
            raise ArchcalcError(f"{option} limits '{name}' twice")
        result[name] = limit
    return result
