"""What stands in hundreds of places in the same way, said once with its places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from iac_offboard.model import Finding, LiveOrigin, ManualStep, Relation
from iac_offboard.report import words

FIRST = 3
"""How many places of a group are named where there is no room for all."""

_EACH = "each of these"
# How steps name a place in code: ROOT: ADDRESS (FILE:LINE).
_IN_CODE = re.compile(r"^.*?: (?P<address>.+) \([^()]+:\d+\)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Bindings that are told in one line. ``ids`` are those of the findings; ``status`` is ""
    for what only covers the subject."""

    ids: tuple[str, ...]
    subject: str
    status: str
    what: str
    places: tuple[str, ...]

    @property
    def finding(self) -> str:
        """The id, or how many there are."""
        return self.ids[0] if len(self.ids) == 1 else f"{len(self.ids)} findings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What a person has to do in the same way at every one of ``places``."""

    subject: str
    text: str
    reason: str
    places: tuple[str, ...]


def named(findings: Iterable[Finding]) -> tuple[Row, ...]:
    """One row for each finding that names its subject. The sessions that one principal may open
    in the same way, of which there may be one for every role, share a row when they are many."""
    rows: list[Row] = []
    sessions: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        if finding.covered:
            continue
        if finding.binding.relation is Relation.SESSION:
            binding = finding.binding
            key = (finding.subject, finding.status, binding.principal, binding.detail)
            sessions.setdefault(key, []).append(finding)
        else:
            rows.append(_row(finding))
    for members in sessions.values():
        rows += [_sessions(members)] if is_cut(members) else map(_row, members)
    return tuple(rows)


def _row(finding: Finding) -> Row:
    return Row(
        ids=(finding.id,),
        subject=finding.subject,
        status=finding.status.value,
        what=_spelled(finding),
        places=tuple(
            words.place(o.origin, o.binding.target.provider) for o in finding.observations
        ),
    )


def _sessions(members: Sequence[Finding]) -> Row:
    first = members[0]
    how = f", by {first.binding.detail}" if first.binding.detail else ""
    return Row(
        ids=tuple(f.id for f in members),
        subject=first.subject,
        status=first.status.value,
        what=f"session: {len(members)} places{how}",
        places=tuple(words.target(f.binding.target) for f in members),
    )


def _spelled(finding: Finding) -> str:
    return words.bound(finding.binding)


def covering(findings: Iterable[Finding]) -> tuple[Row, ...]:
    """One row for each subject and pattern that covers it."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if finding.covered:
            pattern = words.pattern(finding.binding.principal)
            groups.setdefault((finding.subject, pattern), []).append(finding)
    return tuple(
        Row(
            ids=tuple(f.id for f in members),
            subject=subject,
            status="",
            what=f"covered by {pattern}",
            places=tuple(dict.fromkeys(map(_where, members))),
        )
        for (subject, pattern), members in groups.items()
    )


def _where(finding: Finding) -> str:
    """The thing that lets the subject in, and what makes it."""
    origins = (o.origin for o in finding.observations)
    made = [words.place(o) for o in origins if not isinstance(o, LiveOrigin)]
    return _spelled(finding) + (f", {', '.join(made)}" if made else "")


def steps(manual: Iterable[ManualStep]) -> tuple[Steps, ...]:
    """Steps with the same reason, and the same text apart from the place, are one."""
    groups: dict[tuple[str, str, str], list[ManualStep]] = {}
    for step in manual:
        groups.setdefault((step.subject, step.reason, _anywhere(step)), []).append(step)
    return tuple(
        Steps(
            subject=subject,
            text=members[0].text if len(members) == 1 else text,
            reason=reason,
            places=tuple(dict.fromkeys(step.where for step in members)),
        )
        for (subject, reason, text), members in groups.items()
    )


def by_hand(manual: Iterable[ManualStep]) -> Iterator[str]:
    """The lines of a run that wrote: what nothing here knows to be done."""
    for step in steps(manual):
        at = f" [{first(step.places)}]" if len(step.places) > 1 else ""
        yield f"by hand: {step.subject}: {step.text} ({step.reason}){at}"


def first(places: Sequence[str], *, lines: bool = False) -> str:
    """All of a few places; of many the first ones, and how many more. One line for each place
    with ``lines``."""
    shown = places[:FIRST] if is_cut(places) else places
    said = ("\n" if lines else ", ").join(shown)
    rest = f"and {len(places) - len(shown)} more"
    return said if len(shown) == len(places) else ("\n" if lines else " ").join((said, rest))


def is_cut(places: Sequence[object]) -> bool:
    """Does ``first`` leave any out? One more takes no more room than saying so."""
    return len(places) > FIRST + 1


def _anywhere(step: ManualStep) -> str:
    """The text with its own place, as a whole word, left open."""
    named = [step.where]
    if step.where.startswith(("aws:", "gcp:")):
        cloud, _, account = step.where.partition(":")
        named.append(f"account {account}" if cloud == "aws" else account)
    if code := _IN_CODE.match(step.where):
        named.append(code["address"])
    text = step.text
    for place in filter(None, named):
        text = re.sub(rf"(?<![\w/:.-]){re.escape(place)}(?![\w/-])", _EACH, text)
    return text
