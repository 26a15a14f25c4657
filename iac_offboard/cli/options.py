"""Options that several verbs share, declared once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_type_hints

import typer

from iac_offboard.cli.cloud_options import (
    LONGEST_WAIT,
    AwsExternalId,
    AwsOrganization,
    AwsPartition,
    AwsProfile,
    AwsRole,
    GcpFolder,
    GcpImpersonate,
    GcpOrganization,
    GcpProject,
    Region,
    RetryBudget,
    Service,
    seconds,
)
from iac_offboard.errors import UsageError

if TYPE_CHECKING:
    from iac_offboard.pipeline.request import GcpOptions, Request

MOST_MEGABYTES = 10_000


def days(value: float) -> float:
    """The same for days."""
    if not 0 <= value * 86_400 <= LONGEST_WAIT:
        raise typer.BadParameter("it has to be a number of days, 0 or more, a year at most")
    return value


def _megabytes(value: float) -> float:
    if not 0 < value <= MOST_MEGABYTES:
        raise typer.BadParameter(f"it has to be a number of MB above 0, {MOST_MEGABYTES} at most")
    return value


def in_bytes(megabytes: float) -> int:
    """MB are millions of bytes."""
    return round(megabytes * 1_000_000)


Settle = Annotated[
    float,
    typer.Option(
        "--settle",
        metavar="SECONDS",
        callback=seconds,
        help="How long to wait for an eventually consistent cloud.",
    ),
]
Subjects = Annotated[
    Path, typer.Option("--subjects", metavar="FILE", help="Who leaves: YAML, JSON or CSV.")
]
Terraform = Annotated[
    list[str] | None,
    typer.Option(
        "--terraform", metavar="DIR", help="A root module or a whole repository; repeatable."
    ),
]
State = Annotated[
    list[str] | None,
    typer.Option(
        "--state",
        metavar="[ROOT=]FILE",
        help="A state: a file, s3://BUCKET/KEY, or auto: of each root, by its backend; repeatable.",
    ),
]
PlanJson = Annotated[
    list[str] | None,
    typer.Option(
        "--plan-json",
        metavar="[ROOT=]FILE",
        help="What `terraform show -json PLANFILE` prints: what an apply leaves, and the state "
        "before it; repeatable.",
    ),
]
Live = Annotated[
    list[str] | None,
    typer.Option("--live", metavar="CLOUD", help="Read the live cloud: aws or gcp; repeatable."),
]
VarFile = Annotated[
    list[str] | None,
    typer.Option("--var-file", metavar="ROOT=FILE", help="Extra variables of a root; repeatable."),
]
MaxFileSize = Annotated[
    float,
    typer.Option(
        "--max-file-size",
        metavar="MB",
        callback=_megabytes,
        help="A larger file of code or data is not read, and said to be.",
    ),
]
OutputFormat = Annotated[
    str, typer.Option("--format", metavar="NAME", help="table, json, sarif or markdown.")
]
Waivers = Annotated[
    Path | None,
    typer.Option("--waivers", metavar="FILE", help="What need not be read, by whom, until when."),
]
Case = Annotated[
    list[str] | None,
    typer.Option(
        "--case",
        metavar="PLAN",
        help="The plan.json of an earlier case: what it saw gone and is found again has the status "
        "returned; repeatable.",
    ),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Boundaries and undecided values are incomplete (3) too.")
]
NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Read everything, and keep nothing for the next run.")
]
Jobs = Annotated[
    int,
    typer.Option(
        "--jobs",
        metavar="N",
        min=0,
        max=256,
        help="Processes that read code; 0: one per processor, at most 8, for many root modules.",
    ),
]


def now() -> datetime:
    """The clock of the program; code below takes it as an argument."""
    return datetime.now(UTC)


def _sources(
    subjects: Subjects,
    terraform: Terraform = None,
    state: State = None,
    plan_json: PlanJson = None,
    live: Live = None,
    var_file: VarFile = None,
    max_file_size: MaxFileSize = 5.0,
    aws_profile: AwsProfile = None,
    aws_role: AwsRole = None,
    aws_external_id: AwsExternalId = "",
    aws_organization: AwsOrganization = "",
    aws_partition: AwsPartition = "aws",
    region: Region = None,
    service: Service = None,
    gcp_organization: GcpOrganization = None,
    gcp_folder: GcpFolder = None,
    gcp_project: GcpProject = None,
    gcp_impersonate: GcpImpersonate = "",
    retry_budget: RetryBudget = 120.0,
    waivers: Waivers = None,
    case: Case = None,
) -> Request:
    from iac_offboard.pipeline.request import AwsOptions, Request  # slow to load: see cli

    if not (terraform or state or plan_json or live):
        raise UsageError(
            "Nothing to look at was named.",
            hint="Add at least one of --terraform DIR, --state FILE, --plan-json FILE or "
            "--live aws|gcp.",
        )
    _known_clouds(live)
    return Request(
        subjects=str(subjects),
        terraform=tuple(terraform or ()),
        states=tuple(state or ()),
        plans=tuple(dict.fromkeys(plan_json or ())),
        live=tuple(dict.fromkeys(live or ())),
        var_files=tuple(var_file or ()),
        max_file_size=in_bytes(max_file_size),
        waivers=str(waivers) if waivers else "",
        cases=tuple(case or ()),
        aws=AwsOptions(
            profiles=tuple(aws_profile or ()),
            roles=tuple(aws_role or ()),
            external_id=aws_external_id,
            organization_role=aws_organization,
            partition=aws_partition,
            regions=_split(region),
            services=_split(service),
            retry_budget=retry_budget,
        ),
        gcp=_google(gcp_organization, gcp_folder, gcp_project, gcp_impersonate, retry_budget),
    )


def _google(
    organizations: list[str] | None,
    folders: list[str] | None,
    projects: list[str] | None,
    impersonate: str,
    retry_budget: float,
) -> GcpOptions:
    from iac_offboard.pipeline.request import GcpOptions  # slow to load: see cli

    named = (("organizations", organizations), ("folders", folders), ("projects", projects))
    return GcpOptions(
        parents=tuple(parent for kind, names in named for parent in _below(kind, names)),
        impersonate=impersonate,
        retry_budget=retry_budget,
    )


def with_sources(verb: Callable[..., None]) -> Callable[..., None]:
    """Give a verb the options that name sources; it gets them as its first argument, a Request.

    Raises ``UsageError`` when they make no sense together.
    """
    shared = _parameters(_sources)
    mine = [p for p in _parameters(verb) if p.name != "asked"]

    def run(**given: object) -> None:
        named = {p.name: given.pop(p.name) for p in shared}
        verb(_sources(**named), **given)  # type: ignore[arg-type]

    # typer reads a command's options from the signature and the annotations
    run.__signature__ = inspect.Signature([*shared, *mine])  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in (*shared, *mine)}
    run.__doc__ = verb.__doc__
    return run


def _parameters(function: Callable[..., object]) -> list[inspect.Parameter]:
    """Keyword parameters with their annotations evaluated where they were written."""
    hints = get_type_hints(function, localns={"Request": object}, include_extras=True)
    return [
        p.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[p.name])
        for p in inspect.signature(function).parameters.values()
    ]


def _known_clouds(live: list[str] | None) -> None:
    for cloud in live or ():
        if cloud not in ("aws", "gcp"):
            raise UsageError(
                f"--live {cloud} is not supported by this version.",
                hint="Use --live aws or --live gcp.",
            )


def _below(kind: str, names: list[str] | None) -> tuple[str, ...]:
    """``organizations/123`` of each, however much of it was written. Raises ``UsageError``."""
    found = []
    for name in _split(names):
        plain = name.removeprefix(f"{kind}/")
        if not plain or "/" in plain or (kind != "projects" and not plain.isdigit()):
            raise UsageError(
                f"{name} is not the id of one of the {kind} of Google Cloud.",
                hint="Ids of organizations and folders are numbers; projects are named by their "
                "id.",
            )
        found.append(f"{kind}/{plain}")
    return tuple(found)


def _split(values: list[str] | None) -> tuple[str, ...]:
    """``--region a,b --region c`` is three."""
    parts = [part.strip() for value in values or () for part in value.split(",")]
    return tuple(dict.fromkeys(part for part in parts if part))
