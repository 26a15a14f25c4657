"""The live clouds that were asked for. A cloud's SDK is loaded here, on use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iac_offboard.errors import UsageError
from iac_offboard.model import AccountFacts, Collected, Principal, Scope, Subject, Target
from iac_offboard.pipeline.request import AwsOptions, GcpOptions, Request
from iac_offboard.pipeline.together import together

if TYPE_CHECKING:
    from iac_offboard.clouds.aws.accounts import AwsSessions
    from iac_offboard.clouds.gcp.session import GcpSession
    from iac_offboard.clouds.retries import Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveReading:
    """What the clouds showed; ``callers`` are (account, who we are there: an ARN, an e-mail)."""

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


def gcp_timing(options: GcpOptions) -> Timing:
    """How calls of Google Cloud are retried. Raises ``UsageError`` without the extra."""
    try:
        import iac_offboard.clouds.gcp.session  # noqa: F401  # whether the SDK is there
    except ImportError as error:
        raise UsageError(
            "The Google Cloud SDK is not installed.",
            hint="Install the extra: pip install iac-offboard[gcp]",
        ) from error
    from iac_offboard.clouds.retries import Timing

    return Timing(budget=options.retry_budget)


def gcp_session(options: GcpOptions) -> GcpSession:
    """A session by the application-default credentials. Raises ``UsageError`` without the extra,
    ``CredentialsError`` without credentials."""
    timing = gcp_timing(options)
    from iac_offboard.clouds.gcp.session import open_session  # the SDK is there: see gcp_timing

    return open_session(impersonate=options.impersonate, timing=timing)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    request: Request
    subjects: Sequence[Subject]
    candidate: Callable[[Principal], bool]
    progress: Callable[[str, int, int], None]
    awaited: Sequence[Target]

    def awaited_in(self, provider: str) -> list[Target]:
        return [target for target in self.awaited if target.provider == provider]


def read_live(
    request: Request,
    subjects: Sequence[Subject],
    candidate: Callable[[Principal], bool],
    progress: Callable[[str, int, int], None],
    awaited: Sequence[Target] = (),
) -> LiveReading:
    """Read every cloud that was asked for; nothing when none was. ``awaited`` are sessions that
    may be open though nobody may begin them any more, and what else is known to have stood: a
    search that lags behind is not asked about it."""
    asked = _Asked(
        request=request,
        subjects=subjects,
        candidate=candidate,
        progress=progress,
        awaited=awaited,
    )
    return _joined([read(asked) for cloud, read in _CLOUDS.items() if cloud in request.live])


def _read_aws(asked: _Asked) -> LiveReading:
    sessions = aws_sessions(asked.request.aws)
    from iac_offboard.live.aws.source import AwsSource  # the SDK is there: see aws_sessions

    awaited = asked.awaited_in("aws")
    source = AwsSource(sessions, asked.candidate, awaited=awaited, progress=asked.progress)
    collected = source.collect(asked.subjects)
    return LiveReading(
        collected=collected,
        scope=source.scope(),
        facts=source.facts,
        callers=tuple((s.account, s.caller_arn) for s in sessions.resolve().accounts),
    )


def _read_gcp(asked: _Asked) -> LiveReading:
    options = asked.request.gcp
    session = gcp_session(options)
    from iac_offboard.live.gcp.source import GcpSource  # the SDK is there: see gcp_session

    known = asked.awaited_in("gcp")
    source = GcpSource(
        session, asked.candidate, options.parents, known=known, progress=asked.progress
    )
    collected = source.collect(asked.subjects)
    scope = source.scope()
    return LiveReading(
        collected=collected,
        scope=scope,
        facts=source.facts,
        callers=tuple((a.account, session.caller) for a in scope.accounts),
    )


_CLOUDS = {"aws": _read_aws, "gcp": _read_gcp}


def _joined(found: Sequence[LiveReading]) -> LiveReading:
    """Accounts of different clouds are spelled differently: their facts stand side by side."""
    if len(found) == 1:
        return found[0]
    return LiveReading(
        collected=together([one.collected for one in found]),
        scope=Scope(
            accounts=tuple(a for one in found for a in one.scope.accounts),
            regions=tuple(dict.fromkeys(r for one in found for r in one.scope.regions)),
            services=tuple(dict.fromkeys(s for one in found for s in one.scope.services)),
        ),
        facts={account: fact for one in found for account, fact in one.facts.items()},
        callers=tuple(c for one in found for c in one.callers),
    )
