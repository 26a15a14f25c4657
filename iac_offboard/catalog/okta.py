"""Identities as Okta spells them: ids (``00u...``), logins, and the addresses of its API ("Users",
"Role assignments" and "Group rules" in Okta's developer documentation).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from iac_offboard.catalog.naming import HOLE, names_in
from iac_offboard.catalog.principal import is_email
from iac_offboard.catalog.texts import texts
from iac_offboard.model import Principal, PrincipalKind

_Attributes: TypeAlias = Mapping[str, object]

_GROUP = "group:"
# Whom the API calls by an address ("Role assignments").
_ADDRESS = re.compile(r"/(users|groups)/([^/]+)$")
_USER = re.compile(r"^00u[A-Za-z0-9]{17}$")


def is_okta_user_id(text: str) -> bool:
    """True for an id of Okta's user: ``00u`` and seventeen more letters and digits."""
    return _USER.match(text) is not None


def _okta_user(text: str, attrs: _Attributes) -> Principal | None:
    """An id, a login, or the address that the API calls a user, or a group, by."""
    addressed = _ADDRESS.search(text)
    if addressed is None and "/" in text:
        return None
    text = addressed.group(2) if addressed else text
    names = names_in(text)
    if (addressed and addressed.group(1) == "groups") or (names and names[0].startswith(_GROUP)):
        return _okta_group(text, attrs)
    if names:
        return _okta(names[0], names[1:])
    if is_okta_user_id(text):
        return _okta_id(text)
    return _okta(text, texts(attrs.get("email"))) if "@" in text and HOLE not in text else None


def _okta_login(text: str, attrs: _Attributes) -> Principal | None:
    """The user itself. ``second_email`` may be anybody's, and is read by a path of its own."""
    names = names_in(text)
    if names:
        return _okta(names[0], names[1:])
    if HOLE in text:
        return None
    id_ = next((i for i in texts(attrs.get("id")) if is_okta_user_id(i)), None)
    return _okta(text, texts(attrs.get("email")), stable_id=id_)


def _okta_email(text: str, attrs: _Attributes) -> Principal | None:  # noqa: ARG001
    """An address that may be another user's than that of the resource."""
    return _okta(text, ()) if is_email(text) else None


def _okta(login: str, beside: Iterable[str], stable_id: str | None = None) -> Principal:
    mails = {login.lower(), *(m.lower() for m in beside)}
    return Principal(
        provider="okta",
        kind=PrincipalKind.OKTA_USER,
        value=login.lower(),
        stable_id=stable_id,
        emails=frozenset(m for m in mails if is_email(m)),
    )


def _okta_id(text: str) -> Principal:
    return Principal(provider="okta", kind=PrincipalKind.OKTA_USER, value=text, stable_id=text)


def _okta_group(text: str, attrs: _Attributes) -> Principal | None:  # noqa: ARG001
    name = next(iter(names_in(text)), text)
    if HOLE in name:
        return None
    value = name.removeprefix(_GROUP)
    return Principal(provider="okta", kind=PrincipalKind.OKTA_GROUP, value=value)


def _okta_owner(text: str, attrs: _Attributes) -> Principal | None:
    return (_okta_group if attrs.get("type") == "GROUP" else _okta_user)(text, attrs)


def _okta_client(text: str, attrs: _Attributes) -> Principal | None:  # noqa: ARG001
    name = next(iter(names_in(text)), text)
    if HOLE in name:
        return None
    return Principal(provider="okta", kind=PrincipalKind.OTHER, value=name)


def _okta_client_name(text: str, attrs: _Attributes) -> Principal | None:
    """The application itself; its id is known to its state."""
    return _okta_client(f"client:{text}", attrs)


READERS: Mapping[str, Callable[[str, _Attributes], Principal | None]] = {
    "okta.user": _okta_user,
    "okta.login": _okta_login,
    "okta.email": _okta_email,
    "okta.group": _okta_group,
    "okta.owner": _okta_owner,
    "okta.client": _okta_client,
    "okta.client_name": _okta_client_name,
    "okta.rule": _okta_user,
}
