"""Observations made comparable: where each stands, and one key per identity.

An identity key is the same wherever the identity is spelled: a user's name in code, its ARN in
a state, its AIDA... id in a live trust policy. Where an account is unknown the root stands in
for it, so that namesakes of two roots stay apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import assert_never

from iac_offboard.catalog.principal import is_pattern
from iac_offboard.model import (
    CodeOrigin,
    LiveOrigin,
    Observation,
    Origin,
    PlanOrigin,
    Principal,
    PrincipalKind,
    Relation,
    StateOrigin,
)

_IAM_NAMES = (PrincipalKind.IAM_USER, PrincipalKind.IAM_ROLE, PrincipalKind.IAM_GROUP)
IN_STORE = (PrincipalKind.IDENTITY_STORE_USER, PrincipalKind.IDENTITY_STORE_GROUP)
# Directories where one identity is spelled by its name here and by its id there.
_NAMED_OR_ID = frozenset(
    {
        PrincipalKind.ENTRA_USER,
        PrincipalKind.ENTRA_OBJECT,
        PrincipalKind.ENTRA_APPLICATION,
        PrincipalKind.OKTA_USER,
    }
)
# Kinds that stand in the account of the user they belong to, so that one account tells both.
OWN_ACCOUNT = frozenset(
    {
        "iam_user",
        "iam_access_key",
        "iam_login_profile",
        "iam_mfa_device",
        "iam_ssh_key",
        "iam_service_specific_credential",
        "iam_signing_certificate",
        "iam_group",
        "iam_user_policy",
        "iam_policy",
    }
)


class Place(IntEnum):
    """In the order in which a place's spelling of a binding is preferred."""

    LIVE = 0
    STATE = 1
    CODE = 2


# What knows the account of an instance by its address.
_AT_ADDRESSES = (StateOrigin, PlanOrigin)


@dataclass(frozen=True, slots=True)
class Identity:
    """``account`` is None while unknown; ``root`` then tells namesakes apart."""

    kind: PrincipalKind
    name: str
    account: str | None = None
    root: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """One observation with its principal's account filled in where its state tells it.
    ``accounts`` are those that several states of one root give to the same address."""

    observation: Observation
    place: Place
    principal: Principal
    identity: Identity
    accounts: frozenset[str] = frozenset()

    @property
    def root(self) -> str:
        return root_of(self.observation.origin)

    @property
    def address(self) -> str:
        origin = self.observation.origin
        return "" if isinstance(origin, LiveOrigin) else origin.address


def place_of(observation: Observation) -> Place:
    match observation.origin:
        case CodeOrigin() | PlanOrigin():  # what the code makes, as Terraform evaluated it
            return Place.CODE
        case StateOrigin():
            return Place.STATE
        case LiveOrigin():
            return Place.LIVE
        case _ as never:
            assert_never(never)


def root_of(origin: Origin) -> str:
    """What an address is read in: the root, else the file that nobody tied to one; "" live."""
    match origin:
        case CodeOrigin(root=root):
            return root
        case StateOrigin(root=root, file=file) | PlanOrigin(root=root, file=file):
            return root or file
        case LiveOrigin():
            return ""
        case _ as never:
            assert_never(never)


def name_of(principal: Principal) -> str:
    """What two spellings of one principal have in common. IAM names have no path here and
    compare without case; a user or group of an identity store is its id where that is known."""
    if principal.kind in _IAM_NAMES and not is_pattern(principal):
        return principal.value.rsplit("/", 1)[-1].casefold()
    if principal.kind in IN_STORE:
        return (principal.stable_id or principal.value).casefold()
    return principal.value


def see(observations: Sequence[Observation]) -> list[Seen]:
    """Every observation with its place and identity."""
    places = [place_of(o) for o in observations]
    states = _StateAccounts(o for o in observations if isinstance(o.origin, _AT_ADDRESSES))
    owners = _owners_of_ids(observations, states)
    return [_seen(o, place, states, owners) for o, place in zip(observations, places, strict=True)]


def _seen(
    observation: Observation,
    place: Place,
    states: _StateAccounts,
    owners: dict[str, Identity],
) -> Seen:
    principal = observation.binding.principal
    accounts = states.accounts(observation)
    if len(accounts) == 1:
        principal = replace(principal, account=next(iter(accounts)))
    identity = _identity(principal, observation)
    if principal.kind is PrincipalKind.IAM_UNIQUE_ID:
        identity = owners.get(principal.value, identity)
    elif principal.kind in _NAMED_OR_ID:
        identity = owners.get(principal.value, identity)
        # A service principal's id leads to its application's, and that to the application.
        identity = owners.get(identity.name, identity)
    return Seen(observation, place, principal, identity, accounts)


def _identity(principal: Principal, observation: Observation) -> Identity:
    name = name_of(principal)
    named = principal.provider == "entra" and ":" in name  # not unique, as an address or an id is
    in_iam = principal.kind in _IAM_NAMES or principal.kind is PrincipalKind.IAM_SESSION
    if not in_iam and not named:
        return Identity(principal.kind, name)
    if principal.account is not None:
        return Identity(principal.kind, name, principal.account)
    return Identity(principal.kind, name, root=root_of(observation.origin))


def _owners_of_ids(
    observations: Iterable[Observation], states: _StateAccounts
) -> dict[str, Identity]:
    """Unique ids to the user, role or application that a list, live or state, shows them at."""
    owners: dict[str, Identity] = {}
    for observation in observations:
        principal = observation.binding.principal
        if principal.kind in _NAMED_OR_ID:
            owners.update(_ids_in_directory(observation))
        if principal.kind not in _IAM_NAMES:
            continue
        account = principal.account
        if account is None:
            found = states.accounts(observation)
            account = next(iter(found)) if len(found) == 1 else None
        ids = {principal.stable_id}
        if observation.binding.relation is Relation.IDENTITY:
            ids.add(observation.binding.target.unique_id)
        for unique_id in ids - {None}:
            if unique_id is not None and account is not None:
                owners[unique_id] = Identity(principal.kind, name_of(principal), account)
    return owners


def _ids_in_directory(observation: Observation) -> dict[str, Identity]:
    """What an identity itself says of its ids in a directory."""
    binding = observation.binding
    if binding.relation is not Relation.IDENTITY:
        return {}
    identity = _identity(binding.principal, observation)
    ids = {binding.principal.stable_id, binding.target.unique_id}
    return {i: identity for i in ids if i is not None and i != identity.name}


class _StateAccounts:
    """Which account a name of a root belongs to, as the root's states and plans tell."""

    def __init__(self, states: Iterable[Observation]) -> None:
        self._by_address: dict[tuple[str, str, PrincipalKind, str], set[str]] = {}
        self._by_root: dict[tuple[str, PrincipalKind, str], set[str]] = {}
        for observation in states:
            principal = observation.binding.principal
            if principal.account is None or principal.kind not in _IAM_NAMES:
                continue
            origin = observation.origin
            if isinstance(origin, LiveOrigin):
                continue
            name = (principal.kind, name_of(principal))
            root = root_of(origin)
            at = (root, origin.address, *name)
            self._by_address.setdefault(at, set()).add(principal.account)
            if observation.binding.target.kind in OWN_ACCOUNT:
                self._by_root.setdefault((root, *name), set()).add(principal.account)

    def accounts(self, observation: Observation) -> frozenset[str]:
        """The accounts of a principal that does not carry its own. A name that a document
        spells may be another account's: for it only the same address counts."""
        principal, origin = observation.binding.principal, observation.origin
        if principal.account is not None or principal.kind not in _IAM_NAMES:
            return frozenset()
        if isinstance(origin, LiveOrigin):
            return frozenset()
        name = (principal.kind, name_of(principal))
        root = root_of(origin)
        found = self._by_address.get((root, origin.address, *name))
        if found is None and observation.binding.target.kind in OWN_ACCOUNT:
            found = self._by_root.get((root, *name))
        return frozenset(found or ())
