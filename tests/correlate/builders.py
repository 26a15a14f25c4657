"""Observations as the three kinds of readers make them, in few words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from iac_offboard.correlate import Correlation, correlate
from iac_offboard.model import (
    Alias,
    AliasKind,
    Binding,
    CodeOrigin,
    Collected,
    Effect,
    LiveOrigin,
    Observation,
    Principal,
    PrincipalKind,
    Relation,
    Span,
    StateOrigin,
    Subject,
    SubjectKind,
    Target,
)
from iac_offboard.subjects import Matcher
from iac_offboard.subjects.aliases import infer, typed

A, B = "111122223333", "444455556666"
LEFT = datetime(2026, 11, 20, 17, tzinfo=UTC)
AIDA, OTHER_AIDA = "AIDAJQABLZS4A3QDU576Q", "AIDAJQABLZS4A3QDU576R"


def leaver(*aliases: str | Alias, id_: str = "s") -> Subject:
    found = tuple(infer(a) if isinstance(a, str) else a for a in aliases)
    return Subject(id=id_, kind=SubjectKind.PERSON, left_at=LEFT, aliases=found)


def bound(name: str, *accounts: str) -> Alias:
    return typed(AliasKind.AWS_USER, name, accounts=frozenset(accounts))


def arn(name: str, account: str = A) -> str:
    return f"arn:aws:iam::{account}:user/{name}"


def user(
    name: str, account: str | None = None, uid: str | None = None, emails: Sequence[str] = ()
) -> Principal:
    return Principal(
        provider="aws",
        kind=PrincipalKind.IAM_USER,
        value=name,
        account=account,
        stable_id=uid,
        emails=frozenset(emails),
    )


def target(
    kind: str,
    name: str = "",
    account: str | None = None,
    *,
    arn: str | None = None,
    region: str | None = None,
    uid: str | None = None,
) -> Target:
    return Target(
        provider="aws",
        kind=kind,
        name=name,
        account=account,
        arn=arn,
        region=region,
        unique_id=uid,
    )


_RELATIONS = {
    "iam_user": Relation.IDENTITY,
    "iam_group": Relation.MEMBERSHIP,
    "iam_access_key": Relation.CREDENTIAL,
    "iam_login_profile": Relation.CREDENTIAL,
    "iam_role": Relation.TRUST,
}


def binding(
    principal: Principal, to: Target, detail: str = "", effect: Effect = Effect.ALLOW
) -> Binding:
    relation = _RELATIONS.get(to.kind, Relation.GRANT)
    return Binding(principal=principal, relation=relation, target=to, detail=detail, effect=effect)


def code(address: str, what: Binding, root: str = "prod", start: int = 0) -> Observation:
    return Observation(
        binding=what,
        origin=CodeOrigin(
            root=root,
            address=address,
            path="p",
            span=Span(file="main.tf", start=start, end=start + 1),
            line=1,
            digest="d",
        ),
    )


def state(
    address: str, what: Binding, root: str = "prod", file: str = "terraform.tfstate"
) -> Observation:
    origin = StateOrigin(
        file=file, address=address, path="p", serial=1, lineage="l", digest="d", root=root
    )
    return Observation(binding=what, origin=origin)


def live(what: Binding, account: str = A, created_at: datetime | None = None) -> Observation:
    return Observation(
        binding=what,
        origin=LiveOrigin(account=account, region="", operation="iam:X", caller="c", read_at=LEFT),
        created_at=created_at,
    )


def user_live(
    name: str,
    account: str = A,
    uid: str | None = None,
    emails: Sequence[str] = (),
    created_at: datetime | None = None,
) -> Observation:
    to = target("iam_user", name, account, arn=arn(name, account), uid=uid)
    return live(binding(user(name, account, uid, emails), to), account, created_at)


def user_code(name: str, root: str = "prod", emails: Sequence[str] = ()) -> Observation:
    what = binding(user(name, emails=emails), target("iam_user", name))
    return code(f"aws_iam_user.{name}", what, root)


def user_state(
    name: str, account: str = A, uid: str | None = None, root: str = "prod", file: str = "f"
) -> Observation:
    to = target("iam_user", name, account, arn=arn(name, account), uid=uid)
    return state(f"aws_iam_user.{name}", binding(user(name, account, uid), to), root, file)


def member(name: str, group: str, account: str | None = None) -> Binding:
    return binding(user(name, account), target("iam_group", group, account))


def run(
    subjects: Subject | Sequence[Subject], *observations: Observation, live_asked: bool = True
) -> Correlation:
    found = [subjects] if isinstance(subjects, Subject) else list(subjects)
    collected = [Collected(observations=observations)]
    return correlate(found, Matcher(found), collected, live_asked=live_asked)


def summary(result: Correlation) -> list[str]:
    """One line for each finding, e.g. ``managed strong iam_user alice csl``."""
    return [
        f"{f.status} {f.strength} {f.binding.target.kind} {f.binding.target.name} "
        + "c" * len(f.code)
        + "s" * len(f.state)
        + "l" * len(f.live)
        for f in result.findings
    ]


KEY = "AKIAIOSFODNN7EXAMPLE"


def key_live(name: str = KEY, owner: str = "alice", account: str = A) -> Observation:
    return live(binding(user(owner, account), target("iam_access_key", name, account)), account)
