"""What this tool itself puts into AWS, by name.

Those who read have to know it as well: our own deny is no reason to believe that a leaver could
never do something.
"""

from __future__ import annotations

from iac_offboard.catalog.access import Conditions, total_denies
from iac_offboard.catalog.policy import Json, statements
from iac_offboard.model import Note, NoteKind

QUARANTINE_GROUP = "iac-offboard-quarantine"
QUARANTINE_POLICY = "iac-offboard-deny-all"
DENY_PREFIX = "iac-offboard-deny-"
SID_PREFIX = "IacOffboardDeny"


def is_our_policy(name: str) -> bool:
    """Whether an inline policy of that name is a deny of ours."""
    return name.startswith(DENY_PREFIX)


def is_our_sid(sid: str) -> bool:
    """Whether a statement of that Sid is a deny of ours."""
    return sid.startswith(SID_PREFIX)


def loses_nothing(standing: Json, planned: Json) -> bool:
    """Whether ``planned`` denies whatever ``standing`` does, so that it may take its place: what
    stands is nothing but denials of everything, each to sessions that ``planned`` hits too. Both
    are policies; anything else that stands is somebody's, or for another leaver."""
    denied = tuple(total_denies(standing))
    new = tuple(total_denies(planned))
    return len(denied) == len(statements(standing)) and all(
        any(_hits(one, all_of) for one in new) for all_of in denied
    )


def _hits(planned: Conditions, standing: Conditions) -> bool:
    """Whether ``planned`` holds wherever ``standing`` does."""
    known = dict(standing)
    return all(key in known and set(known[key]) <= set(values) for key, values in planned)


def on_role(account: str, role: str, policy: str) -> Note:
    """That our deny stands on a role: said unless an action of the plan is about it."""
    return _stands(f"aws:{account}", f"role {role}", policy)


def on_permission_set(account: str, region: str, permission_set: str, sid: str) -> Note:
    """The same of a permission set, by its ARN; ``account`` is where Identity Center is."""
    return _stands(f"aws:{account}:{region}:sso", f"permission set {permission_set}", sid)


def _stands(where: str, what: str, name: str) -> Note:
    text = (
        f"Our own deny {name} of an earlier case stands on {what}: take it off once every session "
        "that its leaver had there has ended, best by the plan of that case (apply)."
    )
    return Note(kind=NoteKind.HAZARD, where=where, text=text)
