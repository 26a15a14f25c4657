"""Is it still in use? What speaks against touching a credential or an identity, and what waits.

Used after the leaving, or named by a workload, is the hazard ``in use``, and so is a last use
that could not be read: such an action waits until a person accepts it by its id, unless the roster
calls the leaver hostile. What hangs on an identity in use waits for its containment, so that
nothing of it goes before somebody has said so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from iac_offboard.model import (
    Action,
    CodeOrigin,
    Finding,
    LastUse,
    LiveOrigin,
    Observation,
    Phase,
    PlanOrigin,
    PrincipalKind,
    Relation,
    Skipped,
    StateOrigin,
    Subject,
    Tier,
    Use,
)
from iac_offboard.plan.draft import live_observation, managing_roots
from iac_offboard.plan.rotation import HAND_OVER

IN_USE = "in use"
UNREAD = "its last use could not be read"
LAST_USE = "last_use"
"""Among ``Skipped.kinds``: no binding is hidden, but whether one is in use."""

# Kind, account and name in lower case.
_Key: TypeAlias = tuple[PrincipalKind, str, str]
# Actions about an identity as a whole, whatever hangs on it.
_WHOLE = frozenset(
    {
        "iam:AddUserToGroup",
        "iam:PutUserPolicy",
        "iam:DeleteUser",
        "iam:DeleteRole",
        "iam:DisableServiceAccount",
        "iam:DeleteServiceAccount",
        HAND_OVER,
        "identitystore:DeleteUser",
    }
)
# A device proves who signs in; it signs nothing itself.
_NEVER_USED_ALONE = frozenset({"iam_mfa_device"})
# Of which the cloud tells the last use when asked; of other things it never does.
_TRACKED = {"iam_access_key", "iam_login_profile", "gcp_service_account", "gcp_service_account_key"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What is known of the use of one thing; ``used``: it is the hazard ``in use``. ``before``
    are uses before the leaving: no hazard, and worth knowing to who accepts an action."""

    sentences: tuple[str, ...] = ()
    used: bool = False
    before: tuple[str, ...] = ()


def mark_in_use(
    actions: Sequence[Action],
    findings: Sequence[Finding],
    uses: Sequence[Use],
    subjects: Mapping[str, Subject],
    destroyed: Set[tuple[str, str]] = frozenset(),
    skipped: Iterable[Skipped] = (),
) -> tuple[Action, ...]:
    """The actions with their hazards. ``destroyed`` are (root, address) of resources that the
    patch takes away: a workload among them is in nobody's way. ``skipped`` says in which accounts
    the last use of a credential could not be read: it may be in use."""
    kept = [u for u in uses if not _goes(u, destroyed)]
    desk = _Desk(findings, kept, subjects, _unread(skipped))
    marked = [desk.mark(action) for action in actions]
    gates = _gates(desk, marked)
    return tuple(desk.behind(action, gates) for action in marked)


def _unread(skipped: Iterable[Skipped]) -> Set[str]:
    """The accounts in which the cloud would not say when some credential was last used."""
    return {s.where.split(":")[1] for s in skipped if LAST_USE in s.kinds and ":" in s.where}


def _goes(use: Use, destroyed: Set[tuple[str, str]]) -> bool:
    origin = use.origin
    return not isinstance(origin, LiveOrigin) and (origin.root, origin.address) in destroyed


def _gates(desk: _Desk, marked: Iterable[Action]) -> Mapping[_Key, str]:
    """The containment of each identity that waits to be accepted."""
    gates: dict[_Key, str] = {}
    for action in marked:
        if action.phase is Phase.CONTAIN and action.accept and desk.is_whole(action):
            for key in desk.keys(action):
                gates.setdefault(key, action.id)
    return gates


class _Desk:
    """Everything known of the use of the leavers' things."""

    def __init__(
        self,
        findings: Sequence[Finding],
        uses: Sequence[Use],
        subjects: Mapping[str, Subject],
        unread: Set[str],
    ) -> None:
        self._by_id = {f.id: f for f in findings if not f.covered}
        self._uses = uses
        self._subjects = subjects
        self._unread = unread
        self._identities: dict[_Key, Finding] = {}
        self._credentials: dict[_Key, list[Finding]] = {}
        for finding in self._by_id.values():
            key = _key_of(finding)
            if key is not None and finding.binding.relation is Relation.IDENTITY:
                self._identities.setdefault(key, finding)
            elif key is not None and finding.binding.relation is Relation.CREDENTIAL:
                self._credentials.setdefault(key, []).append(finding)

    def mark(self, action: Action) -> Action:
        """With its hazards, and waiting where it has to."""
        if action.verb == "code:apply":
            exposure = self._of_root(action.param("root"))
        elif self.is_whole(action):
            exposure = _together(self._of_identity(key) for key in self.keys(action))
        else:
            mine = self._findings(action)
            exposure = _together(
                self._of_credential(f) for f in mine if f.binding.relation is Relation.CREDENTIAL
            )
        # A key that is being rotated goes when it is unused: nobody has to accept that again.
        waits = exposure.used and not action.accept and not action.param("unused_for")
        accept = IN_USE if waits else action.accept
        before = exposure.before if accept or action.param("unused_for") else ()
        hazards = tuple(dict.fromkeys((*action.hazards, *before, *exposure.sentences)))
        return replace(action, hazards=hazards, accept=accept)

    def behind(self, action: Action, gates: Mapping[_Key, str]) -> Action:
        """After the containment of the identities that it takes something from."""
        if action.phase is Phase.CODE or action.accept or action.param("unused_for"):
            return action
        mine = self._findings(action)
        if action.phase is Phase.CONTAIN and any(
            f.binding.relation is Relation.CREDENTIAL for f in mine
        ):
            return action  # it has a use of its own, and shows none
        needs = {gates[key] for key in self.keys(action) if key in gates} - {action.id}
        return replace(action, needs=tuple(dict.fromkeys((*action.needs, *sorted(needs)))))

    def is_whole(self, action: Action) -> bool:
        """Does the action hit an identity with all that hangs on it?"""
        if action.verb == "iam:PutRolePolicy":  # a deny of single sessions does not
            return action.target.kind == "iam_role"
        return action.verb in _WHOLE

    def keys(self, action: Action) -> tuple[_Key, ...]:
        """The identities that an action is about."""
        account = action.target.account or ""
        if action.param("user"):
            return ((PrincipalKind.IAM_USER, account, action.param("user").lower()),)
        if action.target.kind != "iam_role_session" and action.param("role"):
            return ((PrincipalKind.IAM_ROLE, account, action.param("role").lower()),)
        found = (_key_of(finding) for finding in self._findings(action))
        return tuple(dict.fromkeys(key for key in found if key is not None))

    def _findings(self, action: Action) -> list[Finding]:
        ids = action.finding.split(", ") if action.finding else []
        return [self._by_id[i] for i in ids if i in self._by_id]

    def _of_root(self, root: str) -> Exposure:
        """Of what the apply of a root destroys, each sentence with the address of it."""
        parts = []
        for key, finding in sorted(self._identities.items()):
            if root in managing_roots(finding):
                parts.append(_about(_addresses(finding, root), self._of_identity(key)))
        for _, members in sorted(self._credentials.items()):
            for finding in members:
                if root in managing_roots(finding):
                    parts.append(_about(_addresses(finding, root), self._of_credential(finding)))
        return _together(parts)

    def _of_identity(self, key: _Key) -> Exposure:
        parts = []
        identity = self._identities.get(key)
        live = live_observation(identity) if identity else None
        credentials = self._credentials.get(key, ())
        tracked = identity is not None and identity.binding.target.kind in _TRACKED
        if identity and live and (live.last_use or not credentials or tracked):
            parts.append(self._of_credential(identity))
        for finding in credentials:
            name = finding.binding.target
            what = f"access key {name.name}" if name.kind == "iam_access_key" else _words(name.kind)
            parts.append(_about(what, self._of_credential(finding)))
        hostile = identity is not None and self._hostile(identity.subject)
        for use in self._uses:
            if _is(use, key):
                parts.append(Exposure(sentences=(_named_by(use),), used=not hostile))
        return _together(parts)

    def _of_credential(self, finding: Finding) -> Exposure:
        live = live_observation(finding)
        target = finding.binding.target
        if live is None or target.kind in _NEVER_USED_ALONE:
            return Exposure()
        if live.last_use is None and target.kind in _TRACKED and target.account in self._unread:
            return Exposure(sentences=(UNREAD,), used=not self._hostile(finding.subject))
        return self._of_use(finding.subject, live.last_use)

    def _of_use(self, subject: str, last: LastUse | None) -> Exposure:
        """Never used, or nobody knows: reports say so of the finding."""
        if last is None or last.at is None:
            return Exposure()
        said = f"last used {last.at.isoformat()}"
        said += f" by {last.service}" if last.service else ""
        said += f" in {last.region}" if last.region else ""
        leaver = self._subjects.get(subject)
        if leaver is None or leaver.left_at is None or last.at <= leaver.left_at:
            return Exposure(before=(said,))
        return Exposure(sentences=(said, "used after the leaving"), used=not self._hostile(subject))

    def _hostile(self, subject: str) -> bool:
        leaver = self._subjects.get(subject)
        return leaver is not None and leaver.tier is Tier.HOSTILE


def _key_of(finding: Finding) -> _Key | None:
    live = live_observation(finding)
    seen: Observation | None = live or next(iter(finding.observations), None)
    principal = seen.binding.principal if seen else finding.binding.principal
    target = seen.binding.target if seen else finding.binding.target
    account = principal.account or target.account or ""
    return (principal.kind, account, principal.value.lower()) if principal.value else None


def _is(use: Use, key: _Key) -> bool:
    """By kind and name, and by account where the workload says one (code often does not). Google's
    service account is its id alone where code does not say the project."""
    kind, account, name = key
    identity = use.identity
    named = identity.value.lower()
    if kind is PrincipalKind.GCP_SERVICE_ACCOUNT and "@" not in named:
        name = name.partition("@")[0]
    same = identity.kind is kind and named == name
    return same and (not identity.account or not account or identity.account == account)


def _named_by(use: Use) -> str:
    origin, workload = use.origin, use.workload
    match origin:
        case LiveOrigin():
            region = workload.region or origin.region
            place = f" in {region}" if region else ""
            return f"named by {workload.kind} {workload.name}{place} (live)"
        case CodeOrigin():
            return f"named by {origin.address} in root {origin.root} (code)"
        case StateOrigin() | PlanOrigin():
            held = f"root {origin.root}" if origin.root else origin.file
            return f"named by {origin.address} in {held} (state)"
        case _:
            assert_never(origin)


def _addresses(finding: Finding, root: str) -> str:
    code = {o.address for o in finding.code if o.root == root}
    state = {o.address for o in finding.planned if root in (o.root, o.file)}
    state |= {o.address for o in finding.state if root in (o.root, o.file)}
    return ", ".join(sorted(code or state))


def _words(kind: str) -> str:
    return kind.removeprefix("iam_").replace("_", " ")


def _about(what: str, exposure: Exposure) -> Exposure:
    return replace(
        exposure,
        sentences=tuple(f"{what}: {s}" for s in exposure.sentences),
        before=tuple(f"{what}: {s}" for s in exposure.before),
    )


def _together(parts: Iterable[Exposure]) -> Exposure:
    parts = list(parts)
    return Exposure(
        sentences=tuple(dict.fromkeys(s for p in parts for s in p.sentences)),
        used=any(p.used for p in parts),
        before=tuple(dict.fromkeys(s for p in parts for s in p.before)),
    )
