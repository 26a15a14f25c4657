"""Options that say how clouds are reached, declared once."""

from __future__ import annotations

from typing import Annotated

import typer

LONGEST_WAIT = 366 * 86_400.0


def seconds(value: float) -> float:
    """No number that nothing ever reaches (nan, inf), and none below nothing."""
    if not 0 <= value <= LONGEST_WAIT:
        raise typer.BadParameter("it has to be a number of seconds, 0 or more, a year at most")
    return value


AwsProfile = Annotated[
    list[str] | None,
    typer.Option("--aws-profile", metavar="NAME", help="An account by profile; repeatable."),
]
AwsRole = Annotated[
    list[str] | None,
    typer.Option("--aws-role", metavar="ARN", help="An account by role to assume; repeatable."),
]
AwsExternalId = Annotated[
    str,
    typer.Option(
        "--aws-external-id",
        envvar="IAC_OFFBOARD_AWS_EXTERNAL_ID",
        show_envvar=True,
        metavar="TEXT",
        help="External id for the roles; never recorded.",
    ),
]
AwsOrganization = Annotated[
    str,
    typer.Option(
        "--aws-organization",
        metavar="ROLE",
        help="Every account of the organization, by this role name.",
    ),
]
AwsPartition = Annotated[
    str,
    typer.Option("--aws-partition", metavar="NAME", help="aws, aws-cn or aws-us-gov."),
]
Region = Annotated[
    list[str] | None,
    typer.Option("--region", "--regions", metavar="NAME", help="Only this region; repeatable."),
]
Service = Annotated[
    list[str] | None,
    typer.Option("--service", "--services", metavar="NAME", help="Only this service; repeatable."),
]
GcpOrganization = Annotated[
    list[str] | None,
    typer.Option(
        "--gcp-organization", metavar="ID", help="Everything below an organization; repeatable."
    ),
]
GcpFolder = Annotated[
    list[str] | None,
    typer.Option("--gcp-folder", metavar="ID", help="Everything below a folder; repeatable."),
]
GcpProject = Annotated[
    list[str] | None,
    typer.Option("--gcp-project", metavar="ID", help="A project by its id; repeatable."),
]
GcpImpersonate = Annotated[
    str,
    typer.Option(
        "--gcp-impersonate", metavar="EMAIL", help="Read Google Cloud as this service account."
    ),
]
RetryBudget = Annotated[
    float,
    typer.Option(
        "--retry-budget",
        metavar="SECONDS",
        callback=seconds,
        help="How long one throttled call is retried.",
    ),
]
