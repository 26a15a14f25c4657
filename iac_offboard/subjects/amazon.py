"""Patterns of AWS that let a leaver in among others.

A condition compares with ``*`` (any text) and ``?`` (one character): ``aws:PrincipalArn`` with
``user/ali*``, ``aws:userid`` with ``*:*@example.com`` ("IAM JSON policy elements: Condition
operators", IAM user guide; in ArnLike a star reaches over slashes, but not over colons). Case is
not compared: IAM takes ``Alice`` and ``alice`` for one user.

A pattern without a letter of the name says nothing of anybody; what stands beside it, an account
or everybody, does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iac_offboard.catalog.access import wildcard
from iac_offboard.catalog.conditions import ANY_ROLE
from iac_offboard.catalog.principal import is_pattern, parse_arn
from iac_offboard.model import AliasKind, Principal, PrincipalKind
from iac_offboard.subjects.index import Entry, Index

_NAMED = frozenset({PrincipalKind.IAM_USER, PrincipalKind.IAM_ROLE})


def covering(index: Index, principal: Principal) -> Iterator[Entry]:
    """Every alias that the pattern admits."""
    if not is_pattern(principal):
        return
    if principal.kind in _NAMED:
        yield from _in_paths(index, principal)
        return
    role, _, session = principal.value.partition("/")
    roles = _of_kind(index, PrincipalKind.IAM_ROLE)
    if role != ANY_ROLE:
        yield from _admitted(role, principal.account, roles)
    sessions = _of_kind(index, PrincipalKind.IAM_SESSION)
    yield from _admitted(principal.value, principal.account, sessions)
    # Who opens a session names it: after oneself, or as the directory does, by the address.
    claimed = ((n, e) for n, e in _of_kind(index, PrincipalKind.IAM_USER) if e.accounts is None)
    yield from _admitted(session, None, claimed)
    mails = ((mail, e) for mail, entries in index.emails.items() for e in entries)
    yield from _admitted(session, None, mails)


def _of_kind(index: Index, kind: PrincipalKind) -> Iterator[tuple[str, Entry]]:
    for (of, name), entries in index.names.items():
        if of is kind:
            yield from ((name, entry) for entry in entries)


def _in_paths(index: Index, principal: Principal) -> Iterator[Entry]:
    """Users and roles, which stand in paths (``team/alice``)."""
    names = list(_of_kind(index, principal.kind))
    placed = ((path, e) for _, e in names if (path := _path(e)))
    yield from _admitted(principal.value, principal.account, placed)
    # Where only the name is known, the path before it may be any.
    last = principal.value.rpartition("/")[2]
    bare = ((name, e) for name, e in names if not _path(e))
    yield from _admitted(last, principal.account, bare)


def _admitted(
    pattern: str, account: str | None, names: Iterable[tuple[str, Entry]]
) -> Iterator[Entry]:
    if not pattern.strip("*?/"):
        return
    for name, entry in names:
        placed = account is None or entry.accounts is None or account in entry.accounts
        if placed and wildcard(pattern, name, ignore_case=True):
            yield entry


def _path(entry: Entry) -> str:
    """``team/alice`` of an alias that is the ARN of a user or a role; "" for others."""
    arn = parse_arn(entry.alias.value) if entry.alias.kind is AliasKind.AWS_ARN else None
    return arn.resource.partition("/")[2] if arn is not None else ""
