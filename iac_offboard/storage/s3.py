"""States in S3, read as the s3 backend of Terraform lays them out.

The state of workspace ``default`` is the object KEY, that of another one PREFIX/NAME/KEY, where
PREFIX is ``env:`` unless the backend says otherwise ("Backend Type: s3", Terraform documentation).
Nothing is locked: an object is read whole or not at all, and a lock, an object or an item of a
table beside it, is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Protocol, runtime_checkable

from botocore.exceptions import BotoCoreError
from urllib3.exceptions import HTTPError

from iac_offboard.clouds.aws.calls import Caller
from iac_offboard.clouds.aws.session import AccountSession, Opener, RoleSpec
from iac_offboard.clouds.aws.skips import skip_for
from iac_offboard.clouds.retries import Timing
from iac_offboard.errors import CloudError, InputError, NotFoundError
from iac_offboard.interface import StateFault, StatePlace
from iac_offboard.model import SkipReason
from iac_offboard.storage import DEFAULT, SCHEME, in_bucket
from iac_offboard.storage.local import check_size

WORKSPACES = "env:"
_RIGHTS = "Print the rights that are needed with `iac-offboard permissions aws --states`."


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Backend:
    """``profile``, ``role_arn`` and ``region`` are "" where the environment decides them."""

    bucket: str
    key: str
    region: str = ""
    profile: str = ""
    role_arn: str = ""
    external_id: str = ""
    workspaces: str = WORKSPACES

    def of_workspace(self, name: str) -> str:
        """The key of a workspace's state."""
        return self.key if name == DEFAULT else f"{self.workspaces}/{name}/{self.key}"


def from_url(url: str) -> S3Backend:
    """``s3://BUCKET/KEY``. Raises InputError."""
    bucket, key = in_bucket(url)
    if not bucket or not key:
        raise InputError(
            f"--state {url} names no object.", hint="Write it as s3://BUCKET/KEY of the state."
        )
    return S3Backend(bucket=bucket, key=key)


@runtime_checkable
class _Body(Protocol):
    def read(self) -> bytes: ...


class S3States:
    """Reads states with the caller's own credentials, one session for each way to log in."""

    def __init__(self, retry_budget: float, partition: str = "aws") -> None:
        self._opener = Opener(Caller(Timing(budget=retry_budget)), partition)
        self._sessions: dict[tuple[str, str, str], AccountSession] = {}

    def place(self, backend: S3Backend, workspace: str = DEFAULT) -> StatePlace:
        """The state of a workspace."""
        key = backend.of_workspace(workspace)
        return StatePlace(
            name=f"{SCHEME}{backend.bucket}/{key}", read=partial(self._read, backend, key)
        )

    def workspaces(self, backend: S3Backend) -> tuple[str, ...]:
        """The workspaces that have a state, sorted. Raises StateFault where they cannot be
        listed: a workspace that nobody knows of hides whatever it makes."""
        prefix, tail = f"{backend.workspaces}/", f"/{backend.key}"
        try:
            keys = [*self._keys(backend, prefix), *self._keys(backend, backend.key)]
        except CloudError as error:
            raise _fault(error, f"{SCHEME}{backend.bucket}/{prefix}") from error
        found = {
            k.removeprefix(prefix).removesuffix(tail) for k in keys if _is_state(k, prefix, tail)
        }
        return tuple(sorted(found | ({DEFAULT} if backend.key in keys else set())))

    def _keys(self, backend: S3Backend, prefix: str) -> Iterator[str]:
        session, region = self._session(backend), backend.region or None
        pages = session.pages(
            "s3", "ListObjectsV2", region=region, Bucket=backend.bucket, Prefix=prefix
        )
        for page in pages:
            listed = page.data.get("Contents")
            for one in listed if isinstance(listed, list) else ():
                yield str(one["Key"])

    def _read(self, backend: S3Backend, key: str) -> bytes:
        where = f"{SCHEME}{backend.bucket}/{key}"
        try:
            session, region = self._session(backend), backend.region or None
            reply = session.call("s3", "GetObject", region=region, Bucket=backend.bucket, Key=key)
            size, body = reply.data.get("ContentLength"), reply.data.get("Body")
            check_size(size if isinstance(size, int) else 0)
            if not isinstance(body, _Body):
                raise CloudError("S3 gave no object back.", operation="s3:GetObject")
            return body.read()
        except CloudError as error:
            raise _fault(error, where) from error
        except (BotoCoreError, HTTPError, OSError) as error:
            raise StateFault(
                SkipReason.UNREACHABLE,
                "S3 did not send the whole state",
                "Run again.",
            ) from error

    def _session(self, backend: S3Backend) -> AccountSession:
        known = (backend.profile, backend.role_arn, backend.external_id)
        if known not in self._sessions:
            source = f"profile {backend.profile}" if backend.profile else "ambient"
            session = self._opener.direct(backend.profile or None, source)
            if backend.role_arn:
                role = RoleSpec(arn=backend.role_arn, external_id=backend.external_id)
                session = self._opener.assumed(session, role, backend.role_arn)
            self._sessions[known] = session
        return self._sessions[known]


def _is_state(key: str, prefix: str, tail: str) -> bool:
    name = key.removeprefix(prefix).removesuffix(tail)
    return key == f"{prefix}{name}{tail}" and bool(name) and "/" not in name


def _fault(error: CloudError, where: str) -> StateFault:
    if isinstance(error, NotFoundError):
        return StateFault(
            SkipReason.MISSING,
            f"there is no state at {where}",
            "Look at the backend of the root module: bucket, key and workspace.",
        )
    skipped = skip_for(error, where=where)
    hint = f"{skipped.next_step} {_RIGHTS}" if skipped.permission else skipped.next_step
    return StateFault(skipped.reason, skipped.detail, hint, skipped.permission)
