"""What was asked of the server: counts per operation and key, and every write."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from iac_offboard.demo.strict.wire import Request

READ_PREFIXES = ("Get", "List", "Describe", "Head", "Simulate", "BatchGet", "Search", "Lookup")
READS = frozenset({"AssumeRole", "GenerateCredentialReport", "DecodeAuthorizationMessage"})

# What identifies the target of a write, widest first.
TARGET_PARAMETERS = (
    "Bucket",
    "UserName",
    "GroupName",
    "RoleName",
    "PolicyArn",
    "PolicyName",
    "AccessKeyId",
    "SerialNumber",
    "SSHPublicKeyId",
    "CertificateId",
    "ServiceSpecificCredentialId",
    "VirtualMFADeviceName",
    "TopicArn",
    "QueueUrl",
    "KeyId",
    "SecretId",
    "Key",
    "Name",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteEntry:
    """One write that was asked for. ``error`` is the AWS code of its refusal, "" when done."""

    operation: str
    key_id: str
    principal: str
    account: str
    target: str
    error: str = ""


@dataclass(slots=True)
class Ledger:
    by_operation: Counter[str] = field(default_factory=Counter)
    by_key: dict[str, Counter[str]] = field(default_factory=dict)
    writes: list[WriteEntry] = field(default_factory=list)

    def count(self, request: Request) -> None:
        self.by_operation[request.operation] += 1
        self.by_key.setdefault(request.access_key_id, Counter())[request.operation] += 1

    def reset(self) -> None:
        self.by_operation.clear()
        self.by_key.clear()
        self.writes.clear()

    def wrote(self, request: Request, principal: str, account: str, error: str) -> None:
        self.writes.append(
            WriteEntry(
                operation=request.operation,
                key_id=request.access_key_id,
                principal=principal,
                account=account,
                target=target_of(request),
                error=error,
            )
        )


def is_write(request: Request) -> bool:
    return not request.action.startswith(READ_PREFIXES) and request.action not in READS


def target_of(request: Request) -> str:
    """The target's names joined by "/"; never a value that could be a secret."""
    if request.service == "s3":
        return request.path.strip("/")
    return "/".join(request.param(n) for n in TARGET_PARAMETERS if request.param(n))
