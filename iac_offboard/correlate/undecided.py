"""What is not acted on: questions for a person (Skipped) and what is left alone (Note)."""

from __future__ import annotations

from collections.abc import Sequence

from iac_offboard.catalog.conditions import ANY_ROLE
from iac_offboard.catalog.principal import is_unique_id
from iac_offboard.correlate.join import Group, account_of
from iac_offboard.correlate.seen import Identity, Place, Seen
from iac_offboard.model import (
    Effect,
    Note,
    NoteKind,
    Principal,
    PrincipalKind,
    Relation,
    Side,
    Skipped,
    SkipReason,
)


def where_of(item: Seen) -> str:
    """The place of an identity, as far as it is known."""
    account = item.identity.account or account_of(item)
    cloud = item.observation.binding.target.provider
    return f"{cloud}:{account}" if account else item.address or cloud


def is_claimed(principal: Principal) -> bool:
    """True for what only a condition spells: a session's name, the claim of a token."""
    if principal.kind is PrincipalKind.OIDC_SUBJECT:
        return True
    role = principal.value.partition("/")[0]
    session = principal.kind is PrincipalKind.IAM_SESSION
    return session and (role.startswith(ANY_ROLE) or is_unique_id(role))


def keeps_out(group: Group) -> bool:
    """True when the binding gives no access."""
    return all(i.observation.binding.effect is Effect.DENY for i in group.items)


def reused_name(subject: str, group: Group) -> Note:
    """A younger object of the leaver's name."""
    item = group.items[0]
    return Note(
        kind=NoteKind.HOLD_BACK,
        where=where_of(item),
        text=(
            f"{item.identity.kind} {item.principal.value} bears a name of subject {subject} but "
            "is, by its age or its unique id, possibly re-used: left alone. If it is the "
            "leaver's, add its unique id to the subject's aliases."
        ),
    )


def kept_out(subject: str, groups: Sequence[Group]) -> Note:
    """A condition that names the leaver where it gives nobody access."""
    item = groups[0].items[0]
    return Note(
        kind=NoteKind.HOLD_BACK,
        where=where_of(item),
        text=(
            f"{_targets(groups)}: a condition compares with {_spelled(item)}, which may mean "
            f"subject {subject}, in a statement that keeps others or it out: left alone."
        ),
    )


def made_again(subject: str, groups: Sequence[Group], fact: str) -> Skipped:
    """A younger object that bears more of the leaver than a name."""
    item = groups[0].items[0]
    what = f"{item.identity.kind} {item.principal.value}"
    if fact.startswith("e-mail"):
        detail = f"{what} was made after the subject left and bears the subject's e-mail"
    else:
        detail = (
            f"{what} is, by its age or its unique id, not what the subject had, and yet more than "
            f"a name says that it is the subject's ({fact})"
        )
    return _asked(
        subject,
        groups,
        detail=detail,
        next_step=(
            f"If it is the leaver's, add this alias to subject {subject}: {_deciding_id(groups)} "
            "If it is somebody else's, take the leaver's e-mail or key off it."
        ),
    )


def taken_again(subject: str, groups: Sequence[Group], had: str) -> Skipped:
    """An object under a name that the roster places right here, and not the one that the subject
    had: a new hire's, or the subject brought back. ``had`` is the former id ("": unknown)."""
    item = groups[0].items[0]
    what, account = f"{item.identity.kind} {item.principal.value}", item.identity.account
    former = f'{{aws_unique_id: "{had or "AIDA..."}", name: {item.principal.value}, '
    former += f'accounts: ["{account or "ACCOUNT"}"]}}'
    found = "" if had else " (an earlier plan.json or CloudTrail tells it)"
    return _asked(
        subject,
        groups,
        detail=(
            f"{what} bears a name that the roster places there, but is, by its age or its unique "
            "id, not what the subject had: left alone, and whose it is nobody has said"
        ),
        next_step=(
            f"If it is the leaver's, add this alias to subject {subject}: {_deciding_id(groups)} "
            f"If it is somebody else's, add the one that the leaver had{found}: {former}"
        ),
    )


def ambiguous(subject: str, identity: Identity, groups: Sequence[Group]) -> Skipped:
    """An identity that bears a name of the leaver and no more."""
    item = groups[0].items[0]
    if is_claimed(item.principal):
        return _asked(
            subject,
            groups,
            detail=(
                f"{_targets(groups)}: a condition lets in whoever comes as {_spelled(item)}, which "
                "may be the subject"
            ),
            next_step=(
                "If it means the leaver, take the value out of the condition by hand (the "
                "statement, when it is the only value: an empty condition lets everybody in)."
            ),
        )
    return _asked(
        subject,
        groups,
        detail=(
            f"{identity.kind} {item.principal.value} bears a name of the subject and nothing else "
            "says that it is the leaver"
        ),
        next_step=(
            f"If it is the leaver, add this alias to subject {subject}: {_deciding(item)} "
            "If it is somebody else, write the leaver's bare name as such lines, one for each "
            "account where it is the leaver's."
        ),
    )


def _asked(subject: str, groups: Sequence[Group], *, detail: str, next_step: str) -> Skipped:
    count = sum(len(g.at(Place.LIVE)) for g in groups)
    return Skipped(
        where=where_of(groups[0].items[0]),
        reason=SkipReason.AMBIGUOUS,
        detail=f"{detail}; bindings that hang on it: {count}.",
        side=Side.ACCESS,
        next_step=next_step,
        kinds=frozenset(g.items[0].observation.binding.target.kind for g in groups),
        subject=subject,
        pattern=_arn(groups),
    )


def _arn(groups: Sequence[Group]) -> str:
    """The ARN of the live object in question: of the identity itself, or of the one place whose
    condition spells it."""
    live = [item.observation.binding for g in groups for item in g.at(Place.LIVE)]
    own = {b.target.arn for b in live if b.relation is Relation.IDENTITY}
    arns = own or {b.target.arn for b in live}
    return (next(iter(arns)) or "") if len(arns) == 1 else ""


def _targets(groups: Sequence[Group]) -> str:
    targets = (g.items[0].observation.binding.target for g in groups)
    return ", ".join(dict.fromkeys(f"{t.kind} {t.name}" for t in targets))


def _spelled(item: Seen) -> str:
    """The value as the condition spells it, as far as it is told apart."""
    value = item.principal.value
    if item.principal.kind is PrincipalKind.OIDC_SUBJECT:
        return value.partition("|")[2]
    return value.removeprefix(f"{ANY_ROLE}/")


def _deciding(item: Seen) -> str:
    """The roster line that decides it, from what the live object itself spells."""
    principal, account = item.principal, item.identity.account or item.principal.account
    if principal.kind is PrincipalKind.IDENTITY_STORE_USER:
        return f'{{identity_store_user_id: "{principal.stable_id or principal.value}"}}'
    if principal.kind is PrincipalKind.IAM_SESSION:
        arn = f"arn:aws:sts::{account or 'ACCOUNT'}:assumed-role/{principal.value}"
        return f'{{aws_arn: "{arn}"}}'
    if principal.kind in (PrincipalKind.IAM_ROLE, PrincipalKind.IAM_GROUP):
        kind = principal.kind.value.removeprefix("iam_")
        return f'{{aws_arn: "arn:aws:iam::{account or "ACCOUNT"}:{kind}/{principal.value}"}}'
    return f'{{aws_user: {principal.value}, accounts: ["{account or "ACCOUNT"}"]}}'


def _deciding_id(groups: Sequence[Group]) -> str:
    """Its unique id: by any name it would still be too young."""
    items = [item for group in groups for item in group.items]
    if items[0].principal.kind is PrincipalKind.IDENTITY_STORE_USER:
        return _deciding(items[0])
    own = (i.observation.binding for i in items)
    ids = [i.principal.stable_id for i in items]
    ids += [b.target.unique_id for b in own if b.relation is Relation.IDENTITY]
    return f'{{aws_unique_id: "{next(filter(None, ids), "AIDA...")}"}}'
