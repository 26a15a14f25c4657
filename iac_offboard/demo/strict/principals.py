"""Principals inside policies, as AWS keeps them.

AWS stores the unique id behind a user's ARN. Once the user is deleted the document shows that id
(``AIDA...``), and a document that names an id or ARN of nobody cannot be saved (IAM user guide,
"AWS JSON policy elements: Principal").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from iac_offboard.demo.strict.callers import PARTITION, iam
from iac_offboard.demo.strict.faults import Fault
from iac_offboard.demo.strict.policies import principal_strings, statements
from iac_offboard.demo.strict.wire import Request

_IDENTITY = re.compile(r"arn:[\w-]+:iam::(\d{12}):(user|role)/(.+)")
_UNIQUE_ID = re.compile(r"A(?:IDA|ROA)[A-Z0-9]{12,}")


@dataclass(frozen=True, slots=True)
class Document:
    """A stored policy and how to store another text in its place."""

    text: str
    put: Callable[[str], None]


def check(request: Request, accounts: Iterable[str]) -> None:
    """Raises the service's own refusal when a document to be saved names nobody."""
    for text in _incoming(request):
        for statement in statements(text):
            for principal in principal_strings(statement):
                if not exists(principal, accounts):
                    raise _invalid(request, principal)


def exists(principal: str, accounts: Iterable[str]) -> bool:
    """Can this ``AWS`` principal be saved? Accounts that are not ours cannot be looked into."""
    if _UNIQUE_ID.fullmatch(principal):
        return any(principal in _ids(account) for account in accounts)
    match = _IDENTITY.fullmatch(principal)
    if match is None or match[1] not in accounts:
        return True
    backend = iam(match[1])
    found = backend.users.values() if match[2] == "user" else backend.roles.values()
    return any(entity.arn == principal for entity in found)


def replace(old: str, new: str, accounts: Iterable[str]) -> None:
    """Writes ``new`` for the principal ``old`` in every stored policy of every account."""
    quoted_old, quoted_new = f'"{old}"', f'"{new}"'
    for account in accounts:
        for document in _stored(account):
            if quoted_old in document.text:
                document.put(document.text.replace(quoted_old, quoted_new))


def _ids(account: str) -> set[str]:
    backend = iam(account)
    return {u.id for u in backend.users.values()} | set(backend.roles)


def _incoming(request: Request) -> Iterator[str]:
    """The resource and trust policies that a request is about to save."""
    match request.operation:
        case "iam:CreateRole":
            yield request.param("AssumeRolePolicyDocument")
        case "iam:UpdateAssumeRolePolicy":
            yield request.param("PolicyDocument")
        case "s3:PutBucketPolicy":
            yield request.body.decode("utf-8", "replace")
        case "sns:SetTopicAttributes" if request.param("AttributeName") == "Policy":
            yield request.param("AttributeValue")
        case "sqs:SetQueueAttributes" | "sqs:CreateQueue" | "sns:CreateTopic":
            yield request.nested.get("Attributes", {}).get("Policy", "")
            yield from _entries(request)
        case "kms:PutKeyPolicy" | "kms:CreateKey":
            yield request.param("Policy")
        case "secretsmanager:PutResourcePolicy":
            yield request.param("ResourcePolicy")
        case "ecr:SetRepositoryPolicy":
            yield request.param("policyText")


def _entries(request: Request) -> Iterator[str]:
    """Attribute maps of the query protocol: ``Attribute.N.Name`` or ``Attributes.entry.N.key``."""
    for name, value in request.params.items():
        if value == "Policy" and name.endswith((".Name", ".key")):
            stem = name.rpartition(".")[0]
            yield request.param(f"{stem}.Value") or request.param(f"{stem}.value")


def _invalid(request: Request, principal: str) -> Fault:
    match request.service:
        case "s3":
            return Fault("MalformedPolicy", "Invalid principal in policy")
        case "sns":
            return Fault("InvalidParameter", "Invalid parameter: Policy Error: PrincipalNotFound")
        case "sqs":
            return Fault("InvalidAttributeValue", "Invalid value for the parameter Policy.")
        case "iam":
            text = f'Invalid principal in policy: "AWS":"{principal}"'
            return Fault("MalformedPolicyDocument", text)
        case _:
            text = "Policy contains a statement with one or more invalid principals."
            return Fault("MalformedPolicyDocumentException", text)


def _stored(account: str) -> Iterator[Document]:
    for role in iam(account).roles.values():
        yield Document(str(role.assume_role_policy_document), _setter(role, _TRUST))
    for bucket in list(s3_backends[account][PARTITION].buckets.values()):
        if bucket.policy:
            yield Document(bucket.policy.decode(), _setter(bucket, _POLICY, encoded=True))
    for region_backend in list(sns_backends[account].values()):
        for topic in list(region_backend.topics.values()):
            yield Document(topic.policy, _setter(topic, _POLICY))
    for queues in list(sqs_backends[account].values()):
        for queue in list(queues.queues.values()):
            yield Document(str(queue.policy or ""), _setter(queue, _POLICY))
    for keys in list(kms_backends[account].values()):
        for key in list(keys.keys.values()):
            yield Document(str(key.policy), _setter(key, _POLICY))
    for secrets in list(secretsmanager_backends[account].values()):
        for secret in list(secrets.secrets.values()):
            yield Document(str(getattr(secret, "policy", None) or ""), _setter(secret, _POLICY))


_TRUST, _POLICY = "assume_role_policy_document", "policy"


def _setter(holder: object, attribute: str, *, encoded: bool = False) -> Callable[[str], None]:
    def put(text: str) -> None:
        setattr(holder, attribute, text.encode() if encoded else text)

    return put
