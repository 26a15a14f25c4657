"""Identities as Kubernetes spells them: subjects of role bindings, service accounts, and what the
annotations of a service account and the map of an EKS cluster name in a cloud.

Sources: "Using RBAC Authorization" and "Authenticating" of the Kubernetes documentation; "Enabling
IAM user and role access to your cluster", "IAM roles for service accounts" (EKS user guide);
"Workload Identity" (GKE), "Workload ID overview" (AKS).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from iac_offboard.catalog import entra, google
from iac_offboard.catalog.naming import HOLE
from iac_offboard.catalog.principal import is_email, is_uuid, parse_principal
from iac_offboard.model import Principal, PrincipalKind

ACCOUNT = "system:serviceaccount:"
_DEFAULT_NAMESPACE = "default"


def service_account(text: str) -> str:
    """``namespace/name`` of ``system:serviceaccount:NAMESPACE:NAME``, or "" for another text."""
    namespace, colon, name = text.removeprefix(ACCOUNT).partition(":")
    whole = text.startswith(ACCOUNT) and colon and namespace and name and ":" not in name
    return f"{namespace}/{name}" if whole else ""


def _subject(text: str, attrs: Mapping[str, object]) -> Principal | None:
    """The name of a subject; its kind and namespace stand beside it."""
    if HOLE in text:
        return None
    kind = attrs.get("kind")
    if kind == "Group":
        return _of(PrincipalKind.KUBERNETES_GROUP, text)
    if kind == "ServiceAccount":
        namespace = attrs.get("namespace")
        if namespace == HOLE:
            return None
        return _account(str(namespace or _DEFAULT_NAMESPACE), text)
    return _user(text, attrs)


def _user(text: str, attrs: Mapping[str, object]) -> Principal | None:  # noqa: ARG001
    """A user name as the authenticator gives it: an address (perhaps behind the prefix that the
    cluster puts in front of names from one issuer), an object id, a service account, any name."""
    if HOLE in text:
        return None
    account = service_account(text)
    if account:
        return _of(PrincipalKind.KUBERNETES_SERVICE_ACCOUNT, account)
    bare = text.rpartition("#")[2].rpartition(":")[2]
    return Principal(
        provider="kubernetes",
        kind=PrincipalKind.KUBERNETES_USER,
        value=text,
        stable_id=bare.lower() if is_uuid(bare) else None,
        emails=frozenset({bare.lower()} if is_email(bare) else ()),
    )


def _own_name(text: str, attrs: Mapping[str, object]) -> Principal | None:
    """The ``metadata.name`` of the service account itself."""
    namespace = attrs.get("namespace") or _DEFAULT_NAMESPACE
    known = HOLE not in text and isinstance(namespace, str) and HOLE not in namespace
    return _account(namespace, text) if known and isinstance(namespace, str) else None


def _account(namespace: str, name: str) -> Principal:
    return _of(PrincipalKind.KUBERNETES_SERVICE_ACCOUNT, f"{namespace}/{name}")


def _group(text: str, attrs: Mapping[str, object]) -> Principal | None:  # noqa: ARG001
    return None if HOLE in text else _of(PrincipalKind.KUBERNETES_GROUP, text)


def _of(kind: PrincipalKind, value: str) -> Principal:
    return Principal(provider="kubernetes", kind=kind, value=value)


def _in_aws(text: str, attrs: Mapping[str, object]) -> Principal | None:  # noqa: ARG001
    """The ARN of a user or role."""
    return parse_principal("aws.principal", text)


def _in_google(text: str, attrs: Mapping[str, object]) -> Principal | None:
    """The e-mail of a service account."""
    return google.parse("gcp.service_account", text, attrs)


def _in_entra(text: str, attrs: Mapping[str, object]) -> Principal | None:
    """The client id of an application or a managed identity."""
    return entra.READERS["entra.application_id"](text, attrs)


READERS: Mapping[str, Callable[[str, Mapping[str, object]], Principal | None]] = {
    "kubernetes.subject": _subject,
    "kubernetes.user": _user,
    "kubernetes.group": _group,
    "kubernetes.service_account": _own_name,
    "kubernetes.aws_principal": _in_aws,
    "kubernetes.gcp_service_account": _in_google,
    "kubernetes.entra_application": _in_entra,
}
