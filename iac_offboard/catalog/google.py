"""Identities as Google Cloud spell them, parsed by structure (rule 4).

Sources: "Principal identifiers" in the IAM documentation (v1 for allow policies, v2 for deny and
access policies), "Workload Identity Federation for GKE", "Service account overview", and of each
service its own form: ACL entities of Cloud Storage, user names of Cloud SQL.

``HOLE`` stands for a part that is not known. A member is decided as soon as the part that names
somebody is known: ``serviceAccount:ci@<project>.iam.gserviceaccount.com`` is the account ``ci``
of a project that is not known, with the value ``ci``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from iac_offboard.catalog.google_pools import federated
from iac_offboard.catalog.principal import HOLE, is_email
from iac_offboard.model import Principal, PrincipalKind

_SERVICE_DOMAIN = "gserviceaccount.com"
_OF_PROJECT = ".iam." + _SERVICE_DOMAIN
_DIGITS = re.compile(r"^\d{6,}$")
_GKE = re.compile(r"^([^\[\]]+)\.svc\.id\.goog\[([^\[\]/]+)/([^\[\]/]+)\]$")
_GKE_SUBJECT = re.compile(r"^ns/([^/]+)/sa/([^/]+)$")
_POOL = re.compile(r"/workloadIdentityPools/([^/]+)\.svc\.id\.goog$")
_ACCOUNT_NAME = re.compile(r"^projects/[^/]*/serviceAccounts/(.+)$")
_UID = re.compile(r"^(.*)\?uid=(\d+)$", re.S)
# Everybody of a project, folder or organization ("Principal sets", IAM documentation).
_HIERARCHY = "cloudresourcemanager.googleapis.com/"
# Members that stand for whoever has a role on a project: nobody who leaves.
_CONVENIENCE = frozenset({"projectOwner", "projectEditor", "projectViewer"})
_ANYONE = frozenset({"allUsers", "allAuthenticatedUsers"})


def parse(spelling: str, text: str, attrs: Mapping[str, object]) -> Principal | None:
    """The principal that ``text`` spells, or None when it spells none. ``attrs`` are the
    resource's attributes: second facts beside the name. ``text`` may hold ``HOLE``."""
    reader = _READERS.get(spelling)
    return reader(text.strip(), attrs) if reader is not None and text.strip() else None


def known_part(text: str) -> str:
    """What is known of an undecided member, so that it compares with what ``subjects.google``
    spells of a roster: an e-mail, that of a service account, the claim of a pool's token, or a
    Kubernetes account (``namespace/name``)."""
    text = text.removeprefix("deleted:")
    deleted = _UID.match(text)
    text = deleted[1] if deleted is not None else text
    parts = federated(text)
    if parts is not None:
        return f"{parts.claim}:{parts.value}"
    word, colon, rest = text.partition(":")
    if colon and word == "serviceAccount":
        in_cluster = _GKE.match(rest)
        if in_cluster is not None:
            return f"{in_cluster[2]}/{in_cluster[3]}"
        service = rest.endswith((_SERVICE_DOMAIN, "]"))
        return rest if service else f"{rest.rstrip(HOLE)}{HOLE}.{_SERVICE_DOMAIN}"
    return rest if colon and word in ("user", "User") else text


# --------------------------------------------------------------------------- members


def _member(text: str, attrs: Mapping[str, object]) -> Principal | None:
    """A member of an allow policy (v1), or a principal of a deny or access policy (v2)."""
    if text in _ANYONE or text == "principalSet://goog/public:all":
        return _principal(PrincipalKind.ANYONE, "allUsers" if "://" in text else text)
    text = text.removeprefix("iamMember:")  # as BigQuery lists a member of its own access
    if text.startswith("deleted:"):
        found = _UID.match(text.removeprefix("deleted:"))
        body, uid = found.groups() if found else (text.removeprefix("deleted:"), None)
        alive = _member(body, attrs)
        return _with_id(alive, uid) if alive is not None else None
    if text.startswith(("principal://", "principalSet://")):
        return _identifier(text)
    word, colon, rest = text.partition(":")
    if not colon:
        return _email(text, attrs)
    if word in _CONVENIENCE:
        return _principal(PrincipalKind.OTHER, text.replace(HOLE, "*"))
    reader = _TYPES.get(word.lower())
    return reader(rest.strip()) if reader is not None else None


def _identifier(text: str) -> Principal | None:
    """``principal://`` and ``principalSet://`` of Google itself (v2) or of a pool."""
    scheme, _, rest = text.partition("://")
    if rest.startswith("goog/"):
        kind, _, value = rest.removeprefix("goog/").partition("/")
        if kind == "subject":
            return _user(value) if not _is_service(value) else _service_account(value)
        if kind == "group":
            return _group(value)
        return _principal(PrincipalKind.GCP_PRINCIPAL_SET, text) if HOLE not in text else None
    account = re.match(r"^iam\.googleapis\.com/(projects/.*/serviceAccounts/.+)$", rest, re.S)
    if account is not None:
        return _service_account(account[1])
    parts = federated(text)
    if parts is None and rest.startswith(_HIERARCHY) and scheme == "principalSet":
        return _principal(PrincipalKind.GCP_PRINCIPAL_SET, text.replace(HOLE, "*"))
    if parts is None or HOLE in parts.value or HOLE in parts.claim:
        return None
    cluster = _POOL.search(parts.pool)
    subject = _GKE_SUBJECT.match(parts.value) if cluster and parts.claim == "subject" else None
    if cluster is not None and subject is not None:
        return _kubernetes(cluster[1], *subject.groups())
    kind = PrincipalKind.GCP_PRINCIPAL if parts.one else PrincipalKind.GCP_PRINCIPAL_SET
    # A pool's number is often not known, and its id tells it then.
    return _principal(kind, f"{scheme}://{rest}".replace(HOLE, "*"))


def _user(text: str) -> Principal | None:
    if is_email(text) and _is_service(text):
        return _service_account(text)
    return _principal(PrincipalKind.GCP_USER, text.lower()) if is_email(text) else None


def _group(text: str) -> Principal | None:
    return _principal(PrincipalKind.GCP_GROUP, text.lower()) if is_email(text) else None


def _domain(text: str) -> Principal | None:
    known = text and HOLE not in text and "@" not in text
    return _principal(PrincipalKind.GCP_DOMAIN, text.lower()) if known else None


def _is_service(text: str) -> bool:
    domain = text.rpartition("@")[2].lower()
    return domain == _SERVICE_DOMAIN or domain.endswith("." + _SERVICE_DOMAIN)


def _service_account(text: str) -> Principal | None:
    """An e-mail, a resource name, a unique id, or a Kubernetes account in a GKE pool."""
    in_cluster = _GKE.match(text)
    if in_cluster is not None:
        project, namespace, name = in_cluster.groups()
        known = HOLE not in namespace and HOLE not in name
        return _kubernetes(project, namespace, name) if known else None
    named = _ACCOUNT_NAME.match(text)
    if named is not None:
        # A key's name goes on behind its account's.
        return _service_account(named[1].partition("/")[0])
    if _DIGITS.match(text):
        return _principal(PrincipalKind.GCP_SERVICE_ACCOUNT, text, stable_id=text)
    local, at, domain = text.partition("@")
    # A lookup may be given the whole e-mail where the provider also takes the id alone.
    domain = domain.partition("@")[0].lower()
    if not at or not local or HOLE in local or not _is_service(text):
        return None
    project = domain.removesuffix(_OF_PROJECT) if domain.endswith(_OF_PROJECT) else ""
    if HOLE in domain:
        of_project = domain.endswith(_OF_PROJECT)
        return _principal(PrincipalKind.GCP_SERVICE_ACCOUNT, local.lower()) if of_project else None
    email = f"{local}@{domain}".lower()
    return _principal(PrincipalKind.GCP_SERVICE_ACCOUNT, email, account=project or None)


def _kubernetes(project: str, namespace: str, name: str) -> Principal:
    return _principal(
        PrincipalKind.KUBERNETES_SERVICE_ACCOUNT,
        f"{namespace}/{name}",
        account=None if HOLE in project else project,
    )


_TYPES: Mapping[str, Callable[[str], Principal | None]] = {
    "user": _user,
    "serviceaccount": _service_account,
    "group": _group,
    "domain": _domain,
}


# --------------------------------------------------------------------------- other places


def _email(text: str, attrs: Mapping[str, object]) -> Principal | None:  # noqa: ARG001
    """A plain e-mail: of a service account or of a person."""
    return _service_account(text) if _is_service(text) else _user(text)


def _entity(text: str, attrs: Mapping[str, object]) -> Principal | None:
    """``user-E``, ``group-E``, ``domain-D``, ``allUsers``: an ACL entity of Cloud Storage, with
    its role in front or without ("Access control lists", Cloud Storage documentation)."""
    role, colon, rest = text.partition(":")
    entity = rest if colon and role.isupper() else text
    if entity in _ANYONE:
        return _member(entity, attrs)
    if entity.startswith("project-"):
        return _principal(PrincipalKind.OTHER, entity.replace(HOLE, "*"))
    word, _, name = entity.partition("-")
    return _member(f"{word}:{name}", attrs) if word in ("user", "group", "domain") else None


def _special(text: str, attrs: Mapping[str, object]) -> Principal | None:
    return _member(text, attrs) if text in _ANYONE else None


def _own_account(text: str, attrs: Mapping[str, object]) -> Principal | None:
    """The ``account_id`` of the service account itself; what the cloud gave it tells more."""
    unique = attrs.get("unique_id")
    stable = unique if isinstance(unique, str) and _DIGITS.match(unique) else None
    for key in ("email", "name", "id"):
        value = attrs.get(key)
        found = _service_account(value) if isinstance(value, str) else None
        if found is not None and "@" in found.value:
            return _with_id(found, stable)
    project = attrs.get("project")
    domain = project if isinstance(project, str) and project else HOLE
    found = _service_account(f"{text}@{domain}{_OF_PROJECT}")
    return _with_id(found, stable) if found is not None else None


def _database_user(text: str, attrs: Mapping[str, object]) -> Principal | None:
    """A user of Cloud SQL or AlloyDB that logs in with IAM: an e-mail, of a service account
    without its last part ("Manage users with IAM database authentication", Cloud SQL)."""
    kind = str(attrs.get("type") or attrs.get("user_type") or "")
    if kind.endswith("IAM_SERVICE_ACCOUNT") or text.endswith(".iam"):
        return _service_account(text if _is_service(text) else f"{text}.{_SERVICE_DOMAIN}")
    if kind.endswith("IAM_GROUP"):
        return _group(text)
    return _email(text, attrs)


def _kafka(text: str, attrs: Mapping[str, object]) -> Principal | None:
    name = text.removeprefix("User:")
    return _principal(PrincipalKind.ANYONE, "allUsers") if name == "*" else _email(name, attrs)


def _principal(
    kind: PrincipalKind, value: str, *, account: str | None = None, stable_id: str | None = None
) -> Principal:
    return Principal(provider="gcp", kind=kind, value=value, account=account, stable_id=stable_id)


def _with_id(found: Principal, stable_id: str | None) -> Principal:
    if stable_id is None:
        return found
    return _principal(found.kind, found.value, account=found.account, stable_id=stable_id)


_READERS: Mapping[str, Callable[[str, Mapping[str, object]], Principal | None]] = {
    "gcp.member": _member,
    "gcp.policy": _member,
    "gcp.email": _email,
    "gcp.group_email": lambda text, _: _group(text),
    "gcp.domain": lambda text, _: _domain(text),
    "gcp.special_group": _special,
    "gcp.service_account": lambda text, _: _service_account(text),
    "gcp.service_account_id": _own_account,
    "gcp.acl_entity": _entity,
    "gcp.database_user": _database_user,
    "gcp.kafka_user": _kafka,
}
