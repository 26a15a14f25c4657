"""Where workloads name the role or the service account that they run as: rows of
``runs_as.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

from iac_offboard.catalog import google
from iac_offboard.catalog.principal import parse_arn, parse_principal
from iac_offboard.model import Principal, PrincipalKind

# IAM API reference, CreateRole: RoleName.
_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
_PROFILE = "instance-profile/"


class Names(StrEnum):
    """What the value at a path names: a role, an instance profile that holds one, or a service
    account of Google Cloud."""

    ROLE = "role"
    PROFILE = "profile"
    SERVICE_ACCOUNT = "service_account"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsAs:
    """One attribute path of a workload (``[*]`` for every element or block) and what stands
    there."""

    path: str
    names: Names


@cache
def rows() -> Mapping[str, tuple[RunsAs, ...]]:
    """Every workload by Terraform type."""
    text = resources.files("iac_offboard.catalog").joinpath("runs_as.toml").read_text("utf-8")
    raw = tomllib.loads(text)
    found: dict[str, tuple[RunsAs, ...]] = {}
    for names in Names:
        for type_, paths in raw[names].items():
            more = tuple(RunsAs(path=path, names=names) for path in paths)
            found[type_] = (*found.get(type_, ()), *more)
    return found


def lookup(type_: str) -> tuple[RunsAs, ...]:
    """The paths of a Terraform type; none for a type that runs as nobody."""
    return rows().get(type_, ())


def role(text: str, path: str) -> Principal | None:
    """The role that ``text`` at ``path`` names: an ARN, or a name where the path takes one. Parts
    of an ARN may be unknown (``HOLE``), the name not."""
    if parse_arn(text):
        found = parse_principal("aws.principal", text)
        return found if found and found.kind is PrincipalKind.IAM_ROLE else None
    if path.endswith("arn") or not _NAME.fullmatch(text):
        return None
    return parse_principal("aws.role_name", text)


def service_account(text: str) -> Principal | None:
    """The service account of Google Cloud that ``text`` names: by e-mail, resource name or unique
    id. Its project may be unknown (``HOLE``), its name not."""
    return google.parse("gcp.service_account", text, {})


def profile_name(text: str) -> str:
    """The name of the instance profile that ``text`` is, or is the ARN of; "" for neither."""
    arn = parse_arn(text)
    if arn is None:
        name = text
    elif arn.service == "iam" and arn.resource.startswith(_PROFILE):
        name = arn.resource.rsplit("/", 1)[-1]
    else:
        return ""
    return name if _NAME.fullmatch(name) else ""
