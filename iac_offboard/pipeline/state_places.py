"""From what ``--state`` says to the states that are read, each with the root that it is of."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from iac_offboard.errors import InputError, UsageError
from iac_offboard.interface import StateFault, StatePlace
from iac_offboard.model import Skipped, SkipReason
from iac_offboard.pipeline.request import AwsOptions
from iac_offboard.sources.backends import LOCAL, Backend, backend_of
from iac_offboard.sources.terraform import TerraformSource
from iac_offboard.storage import DEFAULT, SCHEME, pulled
from iac_offboard.storage.local import in_file

if TYPE_CHECKING:
    from iac_offboard.storage.s3 import S3Backend, S3States

AUTO = "auto"
# Arguments of the s3 backend that say who asks, or where.
_APART = (
    "access_key",
    "assume_role_with_web_identity",
    "endpoint",
    "secret_key",
    "shared_config_file",
    "shared_credentials_file",
    "sts_endpoint",
    "token",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A state and the label of its root, or why that root has none that can be read."""

    label: str
    place: StatePlace | None = None
    skipped: Skipped | None = None


class StatePlaces:
    """Finds states; a cloud's SDK is loaded only where one is kept there."""

    def __init__(self, options: AwsOptions) -> None:
        self._options = options
        self._s3: S3States | None = None

    def named(self, file: str) -> StatePlace:
        """A file, or an object by its URL. Raises InputError for a URL of none."""
        if "://" in file and not file.startswith(SCHEME):
            raise InputError(
                f"--state {file} is no place that this version reads.",
                hint="Give a file (as `terraform state pull` prints it), s3://BUCKET/KEY, or auto.",
            )
        if not file.startswith(SCHEME):
            return in_file(file)
        states = self._states()
        from iac_offboard.storage.s3 import from_url  # loaded already: an extra

        return states.place(replace(from_url(file), **self._login()))

    def followed(self, source: TerraformSource) -> Iterator[Kept]:
        """The states of every root of a directory, wherever its backend keeps them."""
        for path in source.paths:
            label = source.label(path)
            try:
                yield from self._of_root(source, path, label, backend_of(source, path))
            except StateFault as fault:
                yield Kept(label=label, skipped=fault.skipped(label))

    def _of_root(
        self, source: TerraformSource, path: str, label: str, backend: Backend
    ) -> Iterator[Kept]:
        if backend.unknown:
            raise StateFault(
                SkipReason.UNDECIDED,
                f"an argument of its backend {backend.type!r} is no literal",
                "Run `terraform init` there, or give the state with --state ROOT=FILE.",
            )
        root = Path(source.directory) / path
        labels = source.labels()

        def of(workspace: str) -> str:
            named = source.label(path, workspace)
            return named if named in labels else label

        if backend.type == LOCAL:
            for workspace, file in _local(root, backend):
                yield Kept(label=of(workspace), place=in_file(str(file)))
        elif backend.type == "s3":
            states, at = self._states(), self._s3_backend(backend)
            found = states.workspaces(at)
            if not found:
                raise StateFault(
                    SkipReason.MISSING,
                    f"its backend holds no state at {SCHEME}{at.bucket}/{at.key}",
                    "Look at the backend's bucket and key, or give the state with --state.",
                )
            for workspace in found:
                yield Kept(label=of(workspace), place=states.place(at, workspace))
        elif not backend.initialised:
            raise StateFault(
                SkipReason.MISSING,
                f"its state is kept by the backend {backend.type!r}, which nobody initialised here",
                "Run `terraform init` there, or give what `terraform state pull` prints with "
                "--state ROOT=FILE.",
            )
        else:
            for workspace in pulled.workspaces(root):
                yield Kept(label=of(workspace), place=pulled.pulled(root, label, workspace))

    def _s3_backend(self, backend: Backend) -> S3Backend:
        from iac_offboard.storage.s3 import WORKSPACES, S3Backend  # loaded already: an extra

        said = backend.settings
        if "bucket" not in said or "key" not in said:
            raise StateFault(
                SkipReason.UNDECIDED,
                "its s3 backend does not say which bucket and key",
                "Run `terraform init` there with its -backend-config, or give --state s3://...",
            )
        apart = sorted(name for name in said if name.startswith(_APART) and not _answered(name))
        if apart:
            raise StateFault(
                SkipReason.UNDECIDED,
                f"its s3 backend logs in or connects in its own way ({', '.join(apart)})",
                "Set the same in the environment (AWS_ENDPOINT_URL_S3, AWS_PROFILE ...) and give "
                "the state with --state s3://BUCKET/KEY.",
            )
        role = said.get("assume_role.role_arn") or said.get("role_arn", "")
        return S3Backend(
            bucket=said["bucket"],
            key=said["key"],
            region=said.get("region", ""),
            profile=said.get("profile", ""),
            role_arn=role,
            external_id=said.get("assume_role.external_id") or said.get("external_id", ""),
            workspaces=said.get("workspace_key_prefix", WORKSPACES),
        )

    def _login(self) -> dict[str, str]:
        """A URL says nothing of who reads it: a profile of the command line does, where there is
        one."""
        profiles = self._options.profiles
        return {"profile": profiles[0]} if len(profiles) == 1 else {}

    def _states(self) -> S3States:
        if self._s3 is None:
            try:
                from iac_offboard.storage.s3 import S3States
            except ImportError as error:
                raise UsageError(
                    "A state is in S3, and the AWS SDK is not installed.",
                    hint="Install the extra: pip install iac-offboard[aws]",
                ) from error
            self._s3 = S3States(self._options.retry_budget, self._options.partition)
        return self._s3


def _answered(name: str) -> bool:
    """Does the environment say where to, as it does for the SDK?"""
    given = {"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"} & os.environ.keys()
    return "endpoint" in name and bool(given)


def _local(root: Path, backend: Backend) -> Iterator[tuple[str, Path]]:
    """The state files of each workspace; that of ``default`` also where it is missing, when there
    is no other ("Backend Type: local", Terraform documentation)."""
    file = root / backend.settings.get("path", "terraform.tfstate")
    folder = root / backend.settings.get("workspace_dir", "terraform.tfstate.d")
    others = sorted(folder.glob("*/terraform.tfstate"))
    if file.exists() or not others:
        yield DEFAULT, file
    for other in others:
        yield other.parent.name, other


def only_code(sources: Sequence[TerraformSource]) -> Sequence[TerraformSource]:
    """Raises UsageError where ``--state auto`` has no root to follow."""
    if not sources:
        raise UsageError(
            "--state auto follows the backends of root modules, and none was named.",
            hint="Add --terraform DIR.",
        )
    return sources
