"""An approved plan carried out: journal, executors, and waiting for the user's own pipeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from iac_offboard.apply.approval import accepted
from iac_offboard.apply.journal import Journal
from iac_offboard.apply.outcome import RunResult
from iac_offboard.apply.person import PersonExecutor
from iac_offboard.apply.runner import run
from iac_offboard.catalog.principal import parse_arn
from iac_offboard.errors import UsageError
from iac_offboard.interface import Executor
from iac_offboard.model import Action, ManualStep, Outcome, Phase, Plan
from iac_offboard.pipeline import rollbacks
from iac_offboard.pipeline.approve import approvals, not_too_early
from iac_offboard.pipeline.live import aws_sessions, gcp_session
from iac_offboard.pipeline.memory import SIGHTINGS, must_go_forward, records
from iac_offboard.pipeline.request import AwsOptions, Request, from_pairs
from iac_offboard.pipeline.waiting import code_waits_for, unmerged
from iac_offboard.plan import file_v1
from iac_offboard.report import grouped
from iac_offboard.verify import recall


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a run did: ``summary`` for people, one line each."""

    result: RunResult
    summary: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        return self.result.exit_code


def run_apply(
    path: Path,
    *,
    phases: tuple[str, ...],
    clock: Callable[[], datetime],
    external_id: str,
    retry_budget: float,
    say: Callable[[str], None],
    min_approvals: int = 1,
    write_roles: tuple[str, ...] = (),
    journal_path: Path | None = None,
    crash: Callable[[str], None] | None = None,
) -> Applied:
    """Run the phases of an approved plan.

    ``write_roles`` make the writes: the ARN of a role, or the name of one in every AWS account of
    the plan; the e-mail of a service account of Google's. Looking again at the code phase stays
    with the plan's own way in.
    ``journal_path`` is for runners whose disk does not last; beside the plan unless given.

    Raises ``PlanFileError``, ``ApprovalError``, ``JournalError``, ``UsageError`` and
    ``CredentialsError``; what a cloud refuses is in the result.
    """
    plan, digest = file_v1.read(path)
    rollbacks.may_be_carried_out(path, plan, digest)
    wanted = _phases(phases)
    given = approvals(path, plan, digest, min_approvals)
    for approval in given:
        say(f"approved by {approval.by} (a claim, not signed) at {approval.at.isoformat()}")
    not_too_early(plan, given, clock())
    rollbacks.begins(path, plan, digest)
    request = from_pairs(plan.sources, external_id=external_id, retry_budget=retry_budget)
    where = journal_path or path.parent / "journal.jsonl"
    with Journal.open(where, digest, clock) as journal:
        if journal.notice:
            say(journal.notice)
        must_go_forward(clock(), plan, journal.records)
        result = run(
            plan,
            digest,
            executors=_executors(plan, request, wanted, write_roles, clock),
            journal=journal,
            phases=wanted,
            clock=clock,
            accepted=accepted(given),
            gone_since=_gone_since(plan, path, digest, wanted),
            unmerged=lambda: unmerged(plan, request),
            plan_file=str(path),
            code_ready=lambda: code_waits_for(plan, request, clock),
            progress=lambda action, outcome: say(_line(action, outcome)),
            crash=crash,
        )
    return Applied(result=result, summary=_summary(result, plan.manual))


def _phases(names: tuple[str, ...]) -> tuple[Phase, ...] | None:
    try:
        return tuple(Phase(name) for name in names) or None
    except ValueError as error:
        raise UsageError(
            f"There is no such phase: {error}.", hint="Use contain, unblock or live."
        ) from error


def _gone_since(
    plan: Plan, path: Path, digest: str, phases: tuple[Phase, ...] | None
) -> Mapping[str, datetime]:
    """When verify read what gone, where an action of this run asks: containment never waits for
    a file of verify. It stands beside the plan, wherever the journal is. What the plan itself
    saw denied does not count: a look after it has to say so."""
    asked = any(
        a.param("after_sessions_seconds") and (phases is None or a.phase in phases)
        for a in plan.actions
    )
    return recall(records(path.parent / SIGHTINGS, digest)).gone_since if asked else {}


def _executors(
    plan: Plan,
    request: Request,
    phases: tuple[Phase, ...] | None,
    write_roles: tuple[str, ...],
    clock: Callable[[], datetime],
) -> dict[str, Executor]:
    executors: dict[str, Executor] = {PersonExecutor.provider: PersonExecutor()}
    ours = phases or (Phase.CONTAIN, Phase.UNBLOCK, Phase.LIVE)
    needed = {a.target.provider for a in plan.actions if a.phase in ours}
    aws, google = _by_cloud(write_roles)
    if "aws" in needed:
        sessions = aws_sessions(_writing(plan, request.aws, aws))
        from iac_offboard.apply.aws import AwsExecutor  # the SDK is there: see aws_sessions

        accounts = {s.account: s for s in sessions.resolve().accounts}
        executors["aws"] = AwsExecutor(accounts, clock=clock)
    if "gcp" in needed:
        session = gcp_session(replace(request.gcp, impersonate=google or request.gcp.impersonate))
        from iac_offboard.apply.gcp import GcpExecutor  # the SDK is there: see gcp_session

        executors["gcp"] = GcpExecutor(session, clock=clock)
    return executors


def _by_cloud(write_roles: Sequence[str]) -> tuple[str, str]:
    """The role for AWS and the service account for Google, "" for none. No name or ARN of a role
    is an e-mail of a service account."""
    accounts = [r for r in write_roles if r.endswith(".gserviceaccount.com")]
    roles = [r for r in write_roles if r not in accounts]
    if len(accounts) > 1 or len(roles) > 1:
        raise UsageError(
            "There is more than one --write-role for the same cloud.",
            hint="Give one role for AWS and one service account for Google.",
        )
    return "".join(roles), "".join(accounts)


def _writing(plan: Plan, options: AwsOptions, write_role: str) -> AwsOptions:
    """The way in for the writes. The role is assumed from the ambient credentials."""
    if not write_role:
        return options
    roles = (
        (write_role,)
        if parse_arn(write_role)
        else tuple(
            f"arn:{a.partition}:iam::{a.account}:role/{write_role}"
            for a in plan.scope.accounts
            if a.provider == "aws"
        )
    )
    return replace(options, profiles=(), organization_role="", roles=roles)


def _line(action: Action, outcome: Outcome) -> str:
    name = action.target.name or action.target.arn or ""
    return f"{action.phase.value:8} {action.id} {action.verb} {name}: {outcome.value}"


def _summary(result: RunResult, manual: Sequence[ManualStep]) -> tuple[str, ...]:
    lines = [
        f"{len(result.done)} done, {len(result.already)} already so, "
        f"{len(result.earlier)} done by an earlier run, {len(result.waiting)} waiting, "
        f"{len(result.refused)} refused, {len(result.failed)} failed"
    ]
    lines += [f"reverted since: {line}" for line in result.again]
    lines += [f"refused: {line}" for line in result.refused]
    lines += [f"failed: {line}" for line in result.failed]
    lines += [f"waiting: {line}" for line in result.waiting]
    # Nothing here knows whether a person did them: verify tells.
    lines += grouped.by_hand(manual)
    return tuple(dict.fromkeys(lines))
