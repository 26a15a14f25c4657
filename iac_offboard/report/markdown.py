"""Markdown: report.md for a pull request, and the other results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from html import escape
from textwrap import shorten

from jinja2 import Environment, PackageLoader, StrictUndefined

from iac_offboard.model import Collected, Finding, GuardResult, Phase, Plan, Verification, Witness
from iac_offboard.report import grouped, guarded, judged, planned, witnessed, words

_TITLE = 100  # signs of a step's text: the row above has all of it


def _cell(text: object) -> str:
    """Text that cannot break out of a Markdown table cell."""
    flat = "".join(c for c in " ".join(str(text).split()) if c.isprintable())
    for sign in ("\\", "|", "<", ">", "`", "[", "]", "*", "_"):
        flat = flat.replace(sign, f"\\{sign}")
    return flat


def _shorten(text: str) -> str:
    return shorten(text, width=_TITLE, placeholder=" ...")


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


@cache
def _environment() -> Environment:
    """Keeps the templates that it has compiled."""
    environment = Environment(
        loader=PackageLoader("iac_offboard.report"),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["cell"] = _cell
    environment.filters["html"] = escape
    environment.filters["shorten"] = _shorten
    environment.filters["named"] = grouped.named
    environment.filters["covering"] = grouped.covering
    environment.filters["steps"] = grouped.steps
    environment.filters["first_of"] = grouped.first
    environment.filters["is_cut"] = grouped.is_cut
    environment.filters["target"] = words.target
    environment.filters["lines"] = words.lines
    environment.filters["utc"] = _utc
    environment.filters["referring"] = words.referring
    environment.filters["turn"] = words.turn
    environment.filters["rows"] = judged.rows
    environment.filters["waived"] = judged.waived
    environment.globals["covered"] = words.COVERED
    environment.globals["nothing_found"] = words.NOTHING_FOUND
    return environment


class MarkdownFormat:
    """``names``: a plan's report spells the aliases of its subjects; ``owners`` are the code
    owners of the files that its patches change, ``unread_owners`` say which CODEOWNERS could not
    be read, and why."""

    name = "markdown"

    def __init__(
        self,
        *,
        names: bool = False,
        owners: planned.Owners | None = None,
        unread_owners: Sequence[str] = (),
    ) -> None:
        self._environment = _environment()
        self._names = names
        self._owners: Mapping[tuple[str, str], tuple[str, ...]] = owners or {}
        self._unread_owners = unread_owners

    def scan(self, findings: Sequence[Finding], collected: Collected) -> str:
        return self._environment.get_template("scan.md.j2").render(
            findings=findings,
            collected=collected,
            counts=words.scan_counts(findings, collected),
            not_covered=words.not_covered(collected.notes),
        )

    def plan(self, plan: Plan, digest: str) -> str:
        by_phase = {p: [a for a in plan.actions if a.phase is p] for p in Phase}
        return self._environment.get_template("plan.md.j2").render(
            plan=plan,
            digest=digest,
            by_phase=by_phase,
            names=self._names,
            roots=planned.roots(plan, self._owners),
            unread_owners=self._unread_owners,
            waiting=[a for a in plan.actions if a.must_be_accepted],
            hazards=planned.hazards(plan),
            last_uses=planned.last_uses(plan),
            calls=planned.calls(plan.reads),
            looked_at=words.looked_at(plan.scope, _callers(plan)),
            not_covered=words.not_covered(plan.notes, plan.scope),
        )

    def verification(self, result: Verification) -> str:
        return self._environment.get_template("verdicts.md.j2").render(
            result=result,
            closing=judged.closing(result),
            looked_at=words.looked_at(result.scope, result.callers),
            not_covered=words.not_covered(result.collected.notes),
        )

    def guard(self, result: GuardResult, *, strict: bool = False) -> str:
        return self._environment.get_template("guard.md.j2").render(
            result=result,
            verdict=guarded.verdict(result, strict),
            titles=guarded.TITLES,
            rows=guarded.rows,
            excepted=guarded.excepted(result),
        )

    def witness(self, result: Witness) -> str:
        return self._environment.get_template("witness.md.j2").render(
            result=result,
            verdict=witnessed.verdict(result),
            lines=witnessed.lines(result),
            against=witnessed.against(result),
            open=witnessed.left_open(result),
            rows=witnessed.rows(result),
        )


def _callers(plan: Plan) -> list[tuple[str, str]]:
    return [(name.partition(":")[2], who) for name, who in plan.made_by if ":" in name]
