"""The live clouds that were asked for. A cloud's SDK is loaded here, on use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iac_offboard.errors import UsageError
from iac_offboard.model import AccountFacts, Collected, Principal, Scope, Subject, Target
from iac_offboard.pipeline.request import AwsOptions, Request

if TYPE_CHECKING:
    from iac_offboard.clouds.aws.accounts import AwsSessions


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveReading:
    """What the clouds showed; ``callers`` are (account, ARN of who we are there)."""

    collected: Collected = field(default_factory=Collected)
    scope: Scope = field(default_factory=Scope)
    facts: Mapping[str, AccountFacts] = field(default_factory=dict)
    callers: tuple[tuple[str, str], ...] = ()


def aws_sessions(options: AwsOptions) -> AwsSessions:
    """Sessions for the accounts of these options. Raises ``UsageError`` without the extra."""
    try:
        from iac_offboard.clouds.aws.accounts import AwsAccess, AwsSessions
        from iac_offboard.clouds.aws.session import RoleSpec
    except ImportError as error:
        raise UsageError(
            "The AWS SDK is not installed.", hint="Install the extra: pip install iac-offboard[aws]"
        ) from error
    return AwsSessions(
        AwsAccess(
            profiles=options.profiles,
            roles=tuple(
                RoleSpec(arn=arn, external_id=options.external_id) for arn in options.roles
            ),
            organization_role=options.organization_role,
            partition=options.partition,
            retry_budget=options.retry_budget,
            regions=options.regions,
            services=options.services,
            external_id=options.external_id,
        )
    )


def read_live(
    request: Request,
    subjects: Sequence[Subject],
    candidate: Callable[[Principal], bool],
    progress: Callable[[str, int, int], None],
    awaited: Sequence[Target] = (),
) -> LiveReading:
    """Read every cloud that was asked for; nothing when none was. ``awaited`` are sessions that
    may be open though nobody may begin them any more."""
    if "aws" not in request.live:
        return LiveReading()
    sessions = aws_sessions(request.aws)
    from iac_offboard.live.aws.source import AwsSource  # the SDK is there: see aws_sessions

    source = AwsSource(sessions, candidate, awaited=awaited, progress=progress)
    collected = source.collect(subjects)
    return LiveReading(
        collected=collected,
        scope=source.scope(),
        facts=source.facts,
        callers=tuple((s.account, s.caller_arn) for s in sessions.resolve().accounts),
    )
