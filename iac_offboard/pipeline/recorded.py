"""What a plan recorded, as the input of another look."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from iac_offboard.model import (
    Alias,
    AliasKind,
    Finding,
    Plan,
    Relation,
    Strength,
    Subject,
    Target,
)


def subjects(plan: Plan) -> tuple[Subject, ...]:
    """The plan's subjects with the identities that the plan found them to have.

    A user may have been recognised by a tag or by code that is gone by now. Its unique id and
    ARN are facts: the id finds the user under another name, tells one that came later under the
    same name and account, and is what policies show once the user is deleted ("IAM identifiers",
    IAM user guide).
    """
    return tuple(
        replace(s, aliases=tuple(dict.fromkeys((*s.aliases, *_known(s, plan.findings)))))
        for s in plan.subjects
    )


def digest_now(file: Path) -> str:
    """The sha256 of a file as it is now, to hold against the one that a plan recorded; "" where it
    cannot be read."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""


def _known(subject: Subject, findings: Iterable[Finding]) -> Iterable[Alias]:
    held = {(alias.kind, alias.value) for alias in subject.aliases}
    for finding in findings:
        certain = finding.strength is Strength.STRONG and not finding.reused
        if finding.subject != subject.id or finding.binding.relation is not Relation.IDENTITY:
            continue
        if not certain or not finding.live:
            continue
        for alias in _aliases(finding.binding.target):
            # Of an id that the roster holds the name is news.
            if alias.name or (alias.kind, alias.value) not in held:
                yield replace(alias, shared=finding.shared)


def _aliases(target: Target) -> Iterable[Alias]:
    if target.provider != "aws":
        return
    if target.kind == "identity_store_user" and target.unique_id:
        yield Alias(kind=AliasKind.IDENTITY_STORE_USER, value=target.unique_id)
    if target.kind in ("iam_user", "iam_role"):
        if target.unique_id:
            yield Alias(
                kind=AliasKind.AWS_UNIQUE_ID,
                value=target.unique_id,
                accounts=frozenset({target.account} if target.account else ()),
                name=target.name,
                learned=True,
            )
        if target.arn:
            yield Alias(kind=AliasKind.AWS_ARN, value=target.arn)
