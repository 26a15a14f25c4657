"""Identities as GitHub spells them.

Sources: the Terraform provider's pages of ``github_branch_protection`` (``/login``,
``organization/team``, node ids) and ``github_repository_environment`` (numbers of users).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from iac_offboard.catalog.naming import HOLE, names_in
from iac_offboard.catalog.principal import is_email
from iac_offboard.model import Principal, PrincipalKind

_Attributes: TypeAlias = Mapping[str, object]

# The comment of a public key ("ssh-keygen", -C), where it is an address.
_KEY = re.compile(r"^(?:ssh|ecdsa|sk)-\S+\s+\S+\s+(\S+@\S+)$")


def _github(kind: PrincipalKind, value: str) -> Principal | None:
    known = value and HOLE not in value
    return Principal(provider="github", kind=kind, value=value.lower()) if known else None


def _login(text: str, attrs: _Attributes) -> Principal | None:  # noqa: ARG001
    name = next(iter(names_in(text)), text)
    return _github(PrincipalKind.GITHUB_USER, name)


def _actor(text: str, attrs: _Attributes) -> Principal | None:
    """Who may push, bypass or dismiss: ``/login``, ``organization/team`` or a node id."""
    names = names_in(text)
    if names and ":" in names[0]:
        return _team(text, attrs)
    if names or text.startswith("/"):
        return _login(text.removeprefix("/"), attrs)
    kind = PrincipalKind.GITHUB_TEAM if "/" in text else PrincipalKind.OTHER
    return _github(kind, text)


def _github_user_id(text: str, attrs: _Attributes) -> Principal | None:
    """The number of a user, known by name where it was looked up."""
    if names_in(text) and attrs.get("actor_type", "User") == "User":
        return _login(text, attrs)
    if names_in(text):
        return _team(text, attrs)
    return _github(PrincipalKind.OTHER, f"{attrs.get('actor_type', 'User')}:{text}")


def _team(text: str, attrs: _Attributes) -> Principal | None:  # noqa: ARG001
    name = next(iter(names_in(text)), text).removeprefix("team:")
    return _github(PrincipalKind.GITHUB_TEAM, name)


def _repository(text: str, attrs: _Attributes) -> Principal | None:  # noqa: ARG001
    return _github(PrincipalKind.GITHUB_REPOSITORY, text)


def _ssh_key(text: str, attrs: _Attributes) -> Principal | None:  # noqa: ARG001
    found = _KEY.match(text)
    address = found.group(1) if found else ""
    return _github(PrincipalKind.EMAIL, address) if is_email(address) else None


def _email(text: str, attrs: _Attributes) -> Principal | None:  # noqa: ARG001
    return _github(PrincipalKind.EMAIL, text) if is_email(text) else None


READERS: Mapping[str, Callable[[str, _Attributes], Principal | None]] = {
    "github.login": _login,
    "github.actor": _actor,
    "github.user_id": _github_user_id,
    "github.team": _team,
    "github.repository": _repository,
    "github.ssh_key": _ssh_key,
    "github.email": _email,
}
