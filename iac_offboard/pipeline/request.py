"""What a run was asked for: the arguments, as data that a plan can carry and replay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from iac_offboard.hcl.files import MAX_FILE_SIZE

Pairs: TypeAlias = tuple[tuple[str, str], ...]

RETRY_BUDGET = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsOptions:
    """How AWS accounts are reached. ``roles`` are ARNs; ``organization_role`` is the name of a
    role to assume in every account of the organization."""

    profiles: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    external_id: str = ""
    organization_role: str = ""
    partition: str = "aws"
    regions: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    retry_budget: float = RETRY_BUDGET


@dataclass(frozen=True, slots=True, kw_only=True)
class GcpOptions:
    """What of Google Cloud is read. ``parents`` are ``organizations/123``, ``folders/456`` and
    ``projects/acme-prod``; ``impersonate`` is the e-mail of a service account to act as."""

    parents: tuple[str, ...] = ()
    impersonate: str = ""
    retry_budget: float = RETRY_BUDGET


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The sources of one run. ``terraform`` are directories, ``states`` are FILE or ROOT=FILE,
    ``plans`` the JSON of Terraform's plans likewise, ``var_files`` are ROOT=FILE, ``waivers`` is a
    file or "", ``max_file_size`` is in bytes. ``cases`` are plan.json files of earlier removals."""

    subjects: str
    terraform: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    live: tuple[str, ...] = ()
    var_files: tuple[str, ...] = ()
    max_file_size: int = MAX_FILE_SIZE
    aws: AwsOptions = AwsOptions()
    gcp: GcpOptions = GcpOptions()
    waivers: str = ""
    cases: tuple[str, ...] = ()

    def pairs(self) -> Pairs:
        """The request as (option, value) pairs in a stable order, for plan.json."""
        return (
            ("subjects", self.subjects),
            *_one("waivers", self.waivers),
            *_each("case", self.cases),
            *_each("terraform", self.terraform),
            *_each("state", self.states),
            *_each("plan-json", self.plans),
            *_each("live", self.live),
            *_each("var-file", self.var_files),
            ("max-file-size", str(self.max_file_size)),
            *_each("aws-profile", self.aws.profiles),
            *_each("aws-role", self.aws.roles),
            *_one("aws-external-id-given", "yes" if self.aws.external_id else ""),
            *_one("aws-organization", self.aws.organization_role),
            ("aws-partition", self.aws.partition),
            *_each("region", self.aws.regions),
            *_each("service", self.aws.services),
            *_each("gcp", self.gcp.parents),
            *_one("gcp-impersonate", self.gcp.impersonate),
        )


def from_pairs(pairs: Pairs, *, external_id: str = "", retry_budget: float) -> Request:
    """The request that a plan recorded. An external id is a shared secret and never recorded:
    it is given again."""
    many: dict[str, list[str]] = {}
    for name, value in pairs:
        many.setdefault(name, []).append(value)

    def every(name: str) -> tuple[str, ...]:
        return tuple(many.get(name, ()))

    def first(name: str) -> str:
        return next(iter(many.get(name, ())), "")

    return Request(
        subjects=first("subjects"),
        waivers=first("waivers"),
        cases=every("case"),
        terraform=every("terraform"),
        states=every("state"),
        plans=every("plan-json"),
        live=every("live"),
        var_files=every("var-file"),
        max_file_size=int(first("max-file-size") or MAX_FILE_SIZE),
        aws=AwsOptions(
            profiles=every("aws-profile"),
            roles=every("aws-role"),
            external_id=external_id,
            organization_role=first("aws-organization"),
            partition=first("aws-partition") or "aws",
            regions=every("region"),
            services=every("service"),
            retry_budget=retry_budget,
        ),
        gcp=GcpOptions(
            parents=every("gcp"),
            impersonate=first("gcp-impersonate"),
            retry_budget=retry_budget,
        ),
    )


def _each(name: str, values: Iterable[str]) -> Pairs:
    return tuple((name, value) for value in values)


def _one(name: str, value: str) -> Pairs:
    return ((name, value),) if value else ()
