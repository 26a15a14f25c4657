"""Every credential of one matched IAM user: a constant number of calls, one more for each access
key and for a password: its last use.

The bulk read does not return them (API reference, GetAccountAuthorizationDetails), so they are
asked for users that matched, never for all.
"""

from __future__ import annotations

from dataclasses import dataclass

from iac_offboard.clouds.reply import Data, Reply, struct, structs, text, when
from iac_offboard.live.aws.gather import Gather
from iac_offboard.live.aws.last_use import key_last_use, password_last_use, used
from iac_offboard.model import Binding, LastUse, Principal, PrincipalKind, Relation, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """One list call: the target kind it shows and the members of its reply."""

    operation: str
    kind: str
    items: str
    id: str
    created: str


_ACCESS_KEYS = _Listing(
    operation="ListAccessKeys",
    kind="iam_access_key",
    items="AccessKeyMetadata",
    id="AccessKeyId",
    created="CreateDate",
)
_LISTINGS = (
    _ACCESS_KEYS,
    _Listing(
        operation="ListMFADevices",
        kind="iam_mfa_device",
        items="MFADevices",
        id="SerialNumber",
        created="EnableDate",
    ),
    _Listing(
        operation="ListSSHPublicKeys",
        kind="iam_ssh_key",
        items="SSHPublicKeys",
        id="SSHPublicKeyId",
        created="UploadDate",
    ),
    _Listing(
        operation="ListServiceSpecificCredentials",
        kind="iam_service_specific_credential",
        items="ServiceSpecificCredentials",
        id="ServiceSpecificCredentialId",
        created="CreateDate",
    ),
    _Listing(
        operation="ListSigningCertificates",
        kind="iam_signing_certificate",
        items="Certificates",
        id="CertificateId",
        created="UploadDate",
    ),
)
_LOGIN = "iam_login_profile"

CREDENTIAL_KINDS = frozenset({_LOGIN, *(listing.kind for listing in _LISTINGS)})


def read_credentials(gather: Gather, user: Principal) -> None:
    """All credentials of ``user``, each as an observation with its status and its date."""
    for listing in _LISTINGS:
        kinds = frozenset({listing.kind})
        for page in gather.pages(
            "iam", listing.operation, kinds=kinds, about=f"user {user.value}", UserName=user.value
        ):
            for item in structs(page.data, listing.items):
                key = listing is _ACCESS_KEYS
                last = key_last_use(gather, text(item, listing.id)) if key else None
                _seen(gather, page, user, listing, item, last)
    _read_login_profile(gather, user)


def read_access_key(gather: Gather, key_id: str) -> None:
    """One access key that the roster names itself, through the user who holds it."""
    kinds = frozenset({"iam_access_key"})
    about = f"access key {key_id}"
    last = gather.ask("iam", "GetAccessKeyLastUsed", kinds=kinds, about=about, AccessKeyId=key_id)
    owner = text(last.data, "UserName") if last else ""
    if last is None or not owner:
        return
    listing = _ACCESS_KEYS
    for page in gather.pages("iam", listing.operation, kinds=kinds, about=about, UserName=owner):
        for item in structs(page.data, listing.items):
            if text(item, listing.id) == key_id:
                key = Principal(
                    provider="aws",
                    kind=PrincipalKind.ACCESS_KEY,
                    value=key_id,
                    account=gather.session.account,
                )
                _seen(gather, page, key, listing, item, used(last))


def _seen(
    gather: Gather,
    page: Reply,
    holder: Principal,
    listing: _Listing,
    item: Data,
    last_use: LastUse | None,
) -> None:
    name = text(item, listing.id)
    target = Target(
        provider="aws",
        kind=listing.kind,
        name=name,
        account=gather.session.account,
        arn=name if name.startswith("arn:") else None,
    )
    gather.seen(
        page,
        Binding(principal=holder, relation=Relation.CREDENTIAL, target=target),
        created_at=when(item, listing.created),
        status=text(item, "Status") or "Active",
        last_use=last_use,
    )


def _read_login_profile(gather: Gather, user: Principal) -> None:
    reply = gather.ask(
        "iam",
        "GetLoginProfile",
        kinds=frozenset({_LOGIN}),
        about=f"user {user.value}",
        UserName=user.value,
    )
    if reply is None:
        return
    target = Target(provider="aws", kind=_LOGIN, name=user.value, account=gather.session.account)
    gather.seen(
        reply,
        Binding(principal=user, relation=Relation.CREDENTIAL, target=target),
        created_at=when(struct(reply.data, "LoginProfile"), "CreateDate"),
        status="Active",
        last_use=password_last_use(gather, user.value),
    )
