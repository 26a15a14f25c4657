"""Identities as Entra ID and Azure spell them.

Sources: Microsoft Graph, "user resource type" (object id, user principal name, guests as
``local_domain#EXT#@tenant``); "Workload identity federation" (issuer and subject), "Flexible
federated identity credentials" (expressions over claims); of each service that takes either a
name or an id its own page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from iac_offboard.catalog.naming import HOLE, names_in
from iac_offboard.catalog.principal import GITHUB_ISSUER, is_email, is_uuid
from iac_offboard.catalog.texts import texts
from iac_offboard.model import Principal, PrincipalKind

_Attributes: TypeAlias = Mapping[str, object]

# Some attributes spell an object by its address in Microsoft Graph.
_ADDRESS = re.compile(r"^/(?:users|groups|applications|servicePrincipals)/([^/]+)$")
_GUEST = re.compile(r"^(.+)_([^_@]+\.[^_@]+)#ext#@.+$")
_CLAIM = re.compile(r"claims\['sub'\]\s+(?:eq|matches)\s+'([^']*)'")
# The comment of a public key ("ssh-keygen", -C), where it is an address.
_KEY = re.compile(r"^(?:ssh|ecdsa|sk)-\S+\s+\S+\s+(\S+@\S+)$")


def guest_email(upn: str) -> str:
    """The address behind a guest's user principal name (``x_y.com#EXT#@tenant`` is x@y.com), or
    "" when it is no guest's. The domain begins behind the last underscore, as domains have none."""
    found = _GUEST.match(upn.lower())
    return f"{found.group(1)}@{found.group(2)}" if found else ""


def _object_id(text: str, attrs: _Attributes) -> Principal | None:
    names = names_in(text)
    if names:
        return _entra_named(names, attrs)
    addressed = _ADDRESS.match(text)
    id_ = (addressed.group(1) if addressed else text).lower()
    if not is_uuid(id_):
        return None
    return _entra(PrincipalKind.ENTRA_OBJECT, id_, stable_id=id_)


def _entra_named(names: tuple[str, ...], attrs: _Attributes) -> Principal | None:
    word, colon, rest = names[0].partition(":")
    if not colon:
        return _user(names[0], names[1:], {})
    if word == "application":
        return _application(rest, attrs) or _entra(PrincipalKind.ENTRA_APPLICATION, names[0])
    return _entra(PrincipalKind.ENTRA_OBJECT, names[0])


def _upn(text: str, attrs: _Attributes) -> Principal | None:
    """The user itself: its address and its id stand beside the name. ``other_mails`` may be
    anybody's, and are read by a path of their own."""
    if HOLE in text:
        names = names_in(text)
        return _entra_named(names, attrs) if names else None
    return _user(text, texts(attrs.get("mail")), attrs)


def _user(text: str, beside: Iterable[str], attrs: _Attributes) -> Principal | None:
    if "@" not in text or HOLE in text:
        return None
    upn = text.lower()
    mails = {upn, guest_email(upn), *(m.lower() for m in beside)}
    id_ = next((i for i in texts(attrs.get("object_id")) if is_uuid(i)), None)
    return _entra(
        PrincipalKind.ENTRA_USER,
        upn,
        stable_id=id_.lower() if id_ else None,
        emails=frozenset(m for m in mails if is_email(m)),
    )


def _application(text: str, attrs: _Attributes) -> Principal | None:
    names = names_in(text)
    if names:
        return _entra_named(names, attrs)
    if not is_uuid(text):
        return None
    return _entra(PrincipalKind.ENTRA_APPLICATION, text.lower(), stable_id=text.lower())


def _application_name(text: str, attrs: _Attributes) -> Principal | None:
    """An application: its name, and the client id that the cloud gave it (``application_id`` up
    to version 2 of the provider)."""
    if HOLE in text:
        return None
    known = (*texts(attrs.get("client_id")), *texts(attrs.get("application_id")))
    id_ = next((i.lower() for i in known if is_uuid(i)), None)
    return _entra(PrincipalKind.ENTRA_APPLICATION, f"application:{text}", stable_id=id_)


def _group_name(text: str, attrs: _Attributes) -> Principal | None:
    """A group: its name, and the id that the cloud gave it."""
    if HOLE in text:
        return None
    id_ = next((i.lower() for i in texts(attrs.get("object_id")) if is_uuid(i)), None)
    return _entra(PrincipalKind.ENTRA_OBJECT, f"group:{text}", stable_id=id_)


def _anyone_in_entra(text: str, attrs: _Attributes) -> Principal | None:
    """A user principal name, an object id, or ``app:APPLICATION@TENANT`` (services whose
    administrators may be either)."""
    kind, colon, rest = text.partition(":")
    if colon and kind == "app":
        return _application(rest.partition("@")[0], attrs)
    return _object_id(text, attrs) or _upn(text, {})


def _identity_name(text: str, attrs: _Attributes) -> Principal | None:
    """A managed identity: its name, and the ids that the cloud gave it."""
    if HOLE in text:
        return None
    id_ = next((i for i in texts(attrs.get("principal_id")) if is_uuid(i)), None)
    stable = id_.lower() if id_ else None
    return _entra(PrincipalKind.ENTRA_OBJECT, f"identity:{text}", stable_id=stable)


def _oidc(text: str, attrs: _Attributes) -> Principal | None:
    """``ISSUER|SUB``; the subject of a token may be an expression over its claims."""
    claim = _CLAIM.search(text) if text.startswith("claims[") else None
    sub = claim.group(1) if claim else text
    if HOLE in sub:
        return None
    issuer = next(iter(texts(attrs.get("issuer"))), "")
    if not issuer or HOLE in issuer:
        # GitHub alone spells a subject so; a cluster's issuer is known only once it stands.
        issuer = GITHUB_ISSUER if sub.startswith("repo:") else "*"
    value = f"{issuer.removeprefix('https://').rstrip('/')}|{sub}"
    return _entra(PrincipalKind.OIDC_SUBJECT, value)


def _entra(
    kind: PrincipalKind,
    value: str,
    *,
    stable_id: str | None = None,
    emails: frozenset[str] = frozenset(),
) -> Principal:
    return Principal(provider="entra", kind=kind, value=value, stable_id=stable_id, emails=emails)


def _ssh_key(text: str, attrs: _Attributes) -> Principal | None:  # noqa: ARG001
    found = _KEY.match(text)
    address = found.group(1).lower() if found else ""
    return _entra(PrincipalKind.EMAIL, address) if is_email(address) else None


def _email(text: str, attrs: _Attributes) -> Principal | None:
    names = names_in(text)
    if names:
        return _entra_named(names, attrs)
    return _entra(PrincipalKind.EMAIL, text.lower()) if is_email(text) else None


READERS: Mapping[str, Callable[[str, _Attributes], Principal | None]] = {
    "entra.object_id": _object_id,
    "entra.upn": _upn,
    "entra.user": _anyone_in_entra,
    "entra.email": _email,
    "entra.application_id": _application,
    "entra.application_name": _application_name,
    "entra.identity_name": _identity_name,
    "entra.group_name": _group_name,
    "entra.oidc_subject": _oidc,
    "entra.rule": _anyone_in_entra,
    "entra.ssh_key": _ssh_key,
}
