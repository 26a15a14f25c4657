"""How findings, origins and counts are put into words, the same in every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from posixpath import join, normpath
from typing import assert_never

from iac_offboard.model import (
    Binding,
    CodeOrigin,
    Collected,
    Dependant,
    Finding,
    LiveOrigin,
    Note,
    NoteKind,
    Origin,
    PlanOrigin,
    Principal,
    PrincipalKind,
    Scope,
    StateOrigin,
    Target,
    Verdict,
)


def file(origin: CodeOrigin) -> str:
    """The file from where the user stands, as compilers and linters say it."""
    return normpath(join(origin.directory, origin.span.file))


def place(origin: Origin, cloud: str = "aws") -> str:
    """Where something was seen, in one line; ``cloud`` is the provider of what was seen."""
    match origin:
        case CodeOrigin():
            return f"{file(origin)}:{origin.line} ({origin.address})"
        case StateOrigin():
            return f"{origin.file} ({origin.address})"
        case PlanOrigin():
            return f"{origin.file} ({origin.address}, plan: {', '.join(origin.actions)})"
        case LiveOrigin():
            region = f" {origin.region}" if origin.region else ""
            return f"{cloud} {origin.account}{region} ({origin.operation})"
        case _:
            assert_never(origin)


def referring(one: Dependant) -> str:
    """Where a dependant stands, in one line."""
    return f"{one.place or one.root} ({one.address})"


def turn(one: Dependant) -> str:
    """When it has to be seen to."""
    return f"{one.turn.value} {', '.join(one.of) or 'the live phase'}"


def day(until: datetime) -> str:
    """Until when somebody answers for something: a day where it is a whole one."""
    at = until.astimezone(UTC)
    whole_day = at.timetz().replace(tzinfo=None) == time.max
    return at.date().isoformat() if whole_day else at.isoformat(timespec="seconds")


def target(of: Target) -> str:
    """What a binding leads to: kind as plan.json spells it, name and account."""
    name = of.arn or of.name or "(not created yet)"
    if of.provider == "gcp" and of.name and of.name not in name:
        name = of.name  # its full name says a number: of a service account, of a membership
    account = f" in {of.account}" if of.account and of.account not in name else ""
    return f"{of.kind} {name}{account}"


def bound(binding: Binding) -> str:
    """A binding on one line. Several roles of Google Cloud on one thing are several bindings: the
    role is named."""
    role = f"{binding.detail} on " if "roles/" in (binding.detail or "") else ""
    return f"{binding.relation.value}: {role}{target(binding.target)}"


def pattern(principal: Principal) -> str:
    """Whom a place lets in that does not name the subject."""
    if principal.kind is PrincipalKind.ANYONE:
        return "everybody (*)"
    if principal.kind is PrincipalKind.AWS_ACCOUNT:
        return f"account {principal.account or principal.value}"
    if principal.kind is PrincipalKind.OIDC_SUBJECT:
        issuer, _, token = principal.value.partition("|")
        return f"{token or 'every subject'} of {issuer}"
    if principal.kind is PrincipalKind.IDENTITY_STORE_GROUP:
        return f"group {principal.value}"
    return principal.value


NOTHING_FOUND = "No binding of the subjects that were looked for was found in what was read."

COVERED = (
    "None of these places names a leaver and none is edited: each lets the leaver in together "
    "with others, for as long as the leaver can still come as that."
)


def scan_counts(findings: Sequence[Finding], collected: Collected) -> dict[str, int]:
    """Every count a script may want, whatever the exit code says. What only covers a subject is
    counted under no status, so that the parts add up to the findings."""
    by_status = Counter(f.status.value for f in findings if not f.covered)
    return {
        "findings": len(findings),
        "covered": sum(f.covered for f in findings),
        "managed": by_status["managed"],
        "code_only": by_status["code only"] + by_status["declared"],
        "state_only": by_status["state only"],
        "live_only": by_status["live only"],
        "returned": by_status["returned"],
        "skipped": len(collected.skipped),
        "waived": len(collected.waived),
        "boundaries": sum(1 for n in collected.notes if n.kind == "boundary"),
    }


def verdict_counts(verdicts: Sequence[Verdict], collected: Collected) -> dict[str, int]:
    access = Counter(v.access.value for v in verdicts)
    risk = Counter(v.return_risk.value for v in verdicts)
    return {
        "subjects": len(verdicts),
        "dead": access["dead"],
        "alive": access["alive"],
        "alive_until": access["alive-until"],
        "unknown": access["unknown"],
        "returned": sum(len(v.returned) for v in verdicts),
        "return_risk_present": risk["present"],
        "return_risk_unknown": risk["unknown"],
        "skipped": len(collected.skipped),
        "waived": len(collected.waived),
    }


# What no source of this version reads, printed beside every verdict (DESIGN.md, rule 10). What a
# source reads in part only, it says itself.
NOT_COVERED = ("live Azure, Entra ID, GitHub, Okta and Kubernetes (code and state of them are)",)
_NOT_ASKED = "live Google Cloud, which was not asked for (--live gcp)"


def not_covered(notes: Iterable[Note], scope: Scope | None = None) -> tuple[str, ...]:
    """What this version, and each source that was used, does not look at; ``scope`` is what was
    asked for, where the notes do not tell it."""
    said = [note for note in notes if note.kind is NoteKind.NOT_COVERED]
    # The reader of Google Cloud always says what it does not look at.
    asked = any(note.where == "gcp" for note in said)
    asked = asked or (scope is not None and any(a.provider == "gcp" for a in scope.accounts))
    others = NOT_COVERED if asked else (_NOT_ASKED, *NOT_COVERED)
    return tuple(dict.fromkeys((*(note.text for note in said), *others)))


def lines(notes: Iterable[Note]) -> tuple[str, ...]:
    """The notes, one line for each text with every place that it is said of."""
    places: dict[tuple[NoteKind, str], list[str]] = {}
    for note in notes:
        if note.kind is not NoteKind.NOT_COVERED:
            places.setdefault((note.kind, note.text), []).append(note.where)
    return tuple(
        f"{kind.value}: {', '.join(dict.fromkeys(where))}: {text}"
        for (kind, text), where in places.items()
    )


# In the words of AccountScope.source.
_SOURCES = {"ambient": "the credentials of this terminal"}


def looked_at(scope: Scope, callers: Sequence[tuple[str, str]] = ()) -> tuple[str, ...]:
    """What a look covered, one line each: a verdict is said over this and no more."""
    who = dict(callers)
    lines = [
        f"{a.provider} account {a.account} ({_SOURCES.get(a.source, a.source)})"
        + (f" as {who[a.account]}" if a.account in who else "")
        for a in scope.accounts
    ]
    if any(a.provider == "aws" for a in scope.accounts):
        lines.append(f"regions: {', '.join(scope.regions) or 'none'}")
        lines.append(f"services: {', '.join(scope.services) or 'all'}")
    for root in scope.roots:
        commit = f" at {root.commit[:12]}" if root.commit else ""
        lines.append(f"root {root.path}{commit}{' with uncommitted changes' * root.dirty}")
    lines += [f"state {state}" for state in scope.states]
    lines += [f"plan {plan}" for plan in scope.plans]
    return tuple(lines)
