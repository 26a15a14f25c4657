"""What was asked for, and facts about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountScope:
    """One cloud account that was asked for. ``source`` says where it came from: ``ambient``,
    ``profile NAME``, ``role ARN`` or ``organization ROLE``."""

    provider: str
    account: str
    source: str
    partition: str = "aws"


@dataclass(frozen=True, slots=True, kw_only=True)
class RootScope:
    """One root module. ``path`` is relative to ``directory`` as given on the command line."""

    directory: str
    path: str
    commit: str = ""
    dirty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What was asked for. Empty ``regions`` or ``services`` mean all of them."""

    accounts: tuple[AccountScope, ...] = ()
    regions: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    roots: tuple[RootScope, ...] = ()
    states: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """What the guards need to know of one account: ``admins`` are the names of users and roles
    with administrator access, or the members who own a Google project (roles/owner) or administer
    an organization (roles/resourcemanager.organizationAdmin), as a policy spells them;
    ``group_counts`` how many groups each matched user is in, ``bounded`` the matched users with a
    permissions boundary. ``complete`` is False when the account could not be read in full: then
    nobody may conclude from an absence."""

    account: str
    complete: bool = True
    admins: tuple[str, ...] = ()
    group_counts: tuple[tuple[str, int], ...] = ()
    bounded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeInstance:
    """One resource instance that configuration makes, of any type; for the proof of an edit."""

    root: str
    address: str
    type: str
    prevent_destroy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineOwner:
    """A resource of configuration that owns all inline policies of a role (``kind`` ``iam_role``,
    ``name`` its name) or the one of a permission set (``sso_permission_set``, its ARN): an apply
    removes what it does not write. Parts of ``name`` that are not known are ``*``."""

    root: str
    address: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeValue:
    """One attribute of a managed instance, or one output (``address`` ``output.NAME``), as far
    as comparing needs it: the digest of its value, and why parts of it are unknown."""

    root: str
    address: str
    attribute: str
    digest: str
    unknown: frozenset[str]
