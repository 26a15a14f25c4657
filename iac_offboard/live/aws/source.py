"""AWS as a source: all accounts, at once but in a fixed order of results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce
from operator import or_
from typing import TypeVar

from iac_offboard.clouds.aws.accounts import AwsSessions
from iac_offboard.clouds.aws.session import AccountSession
from iac_offboard.errors import UsageError
from iac_offboard.live.aws.access_keys import keys_named_by, read_named_keys
from iac_offboard.live.aws.gather import Gather
from iac_offboard.live.aws.iam import IamReading
from iac_offboard.live.aws.identity_center import CENTER_KINDS, IdentityCenter, hints_of
from iac_offboard.live.aws.named import Known, Matcher
from iac_offboard.live.aws.regions import enabled_regions
from iac_offboard.live.aws.resource_policies import (
    REGIONAL_SERVICES,
    RESOURCE_KINDS,
    ResourcePolicies,
)
from iac_offboard.live.aws.root_user import read_root_users
from iac_offboard.live.aws.workloads import (
    WORKLOAD,
    WORKLOAD_SERVICES,
    Roles,
    Workloads,
    matched_roles,
)
from iac_offboard.live.order import (
    by_binding,
    by_note,
    by_place,
    by_read,
    by_text,
    in_order,
)
from iac_offboard.live.side_by_side import Progress, side_by_side
from iac_offboard.model import (
    AccountFacts,
    Collected,
    Note,
    NoteKind,
    Scope,
    Subject,
    Target,
)

SERVICES = tuple(
    dict.fromkeys(("iam", "identitycenter", "s3", *REGIONAL_SERVICES, *WORKLOAD_SERVICES))
)

NOT_COVERED = (
    "S3 access points and object ACLs",
    "policies of Lambda versions and aliases",
    "VPC endpoint policies and service control policies",
    "resource policies of other services than KMS, S3, SQS, SNS, Secrets Manager, Lambda, ECR",
    "patterns over user names in conditions (aws:username like al*)",
    "immutable ids in the claims of federated tokens (repository_id, actor_id)",
    "workloads other than Lambda functions, ECS task definitions and EC2 instances that run as a "
    "role; published versions of functions and older revisions of task definitions",
    "role chains beyond the first hop",
    "sessions whose way in was shut before this plan was made",
    "service control policies and permissions boundaries in the evaluation of who may assume"
    " a role",
)

_T = TypeVar("_T")


@dataclass(slots=True)
class _Pile:
    """What all the parts gave, unsorted."""

    gathers: list[Gather] = field(default_factory=list)
    regions: set[str] = field(default_factory=set)


class AwsSource:
    """Reads every account of ``sessions`` (interface.Source).

    ``matcher`` says which principals are candidates. ``awaited`` are sessions that may be open
    though nobody may begin them any more: how long those last now is read too. ``facts`` (by
    account), ``scope()`` are filled by ``collect``. Raises CredentialsError when no account can be
    entered at all, and UsageError for a service name that is none.
    """

    name = "aws"

    def __init__(
        self,
        sessions: AwsSessions,
        matcher: Matcher,
        *,
        awaited: Sequence[Target] = (),
        workers: int = 8,
        progress: Progress | None = None,
    ) -> None:
        unknown = sorted(set(sessions.access.services) - set(SERVICES))
        if unknown:
            raise UsageError(
                f"No such AWS service: {', '.join(unknown)}.",
                hint=f"Known are {', '.join(SERVICES)}.",
            )
        self._sessions = sessions
        self._matcher = matcher
        self._awaited = tuple(dict.fromkeys(awaited))
        self._workers = workers
        self._progress = progress
        self._services = tuple(s for s in SERVICES if s in (sessions.access.services or SERVICES))
        self._regions: tuple[str, ...] = ()
        self.facts: Mapping[str, AccountFacts] = {}

    def scope(self) -> Scope:
        """The accounts, regions and services that are covered; the regions are known after
        ``collect``."""
        return Scope(
            accounts=tuple(s.scope for s in self._sessions.resolve().accounts),
            regions=self._regions,
            services=tuple(sorted(self._services)),
        )

    @property
    def requests(self) -> Mapping[str, int]:
        """How many requests were sent, by operation, retries included."""
        return self._sessions.caller.requests

    def collect(self, subjects: Sequence[Subject]) -> Collected:
        """Every candidate binding in all accounts. IAM is read first everywhere: a policy of
        one account may name the unique id of a user of another."""
        resolved = self._sessions.resolve()
        accounts = resolved.accounts
        pile = _Pile()
        known = self._read_iam(accounts, subjects, pile)
        roles = matched_roles(o for gather in pile.gathers for o in gather.observations)
        regions = self._read_regions(accounts, roles, pile)
        self._read_policies(accounts, regions, known, subjects, pile)
        if "iam" in self._services:
            pile.gathers += read_root_users(accounts, resolved.root_emails, self._matcher)
        self._read_workloads(accounts, regions, roles, pile)
        self._regions = tuple(sorted(pile.regions))
        parts = [gather.collected for gather in pile.gathers]
        notes = (note for part in parts for note in part.notes)
        uncovered = (
            Note(kind=NoteKind.NOT_COVERED, where="aws", text=what)
            for what in (*NOT_COVERED, *self._left_out(roles))
        )
        skipped = (s for part in parts for s in part.skipped)
        return Collected(
            observations=in_order((o for p in parts for o in p.observations), by_binding),
            skipped=in_order((*resolved.skipped, *skipped), by_place),
            notes=in_order((*resolved.notes, *notes, *uncovered), by_note),
            reads=in_order((r for p in parts for r in p.reads), by_read),
            uses=in_order((u for p in parts for u in p.uses), by_text),
            upstreams=in_order((u for p in parts for u in p.upstreams), by_text),
            denies=in_order((d for p in parts for d in p.denies), by_text),
            lengths=in_order((n for p in parts for n in p.lengths), by_text),
        )

    def _read_iam(
        self, accounts: Sequence[AccountSession], subjects: Sequence[Subject], pile: _Pile
    ) -> Known:
        if "iam" not in self._services or not accounts:
            return Known()
        readings = [IamReading(session, self._matcher) for session in accounts]

        self._run("IAM", [reading.read for reading in readings])
        gathers = {reading.gather.session.account: reading.gather for reading in readings}
        read_named_keys(keys_named_by(subjects), gathers)
        known = reduce(or_, (reading.known for reading in readings), Known())
        visitors = [visitor for reading in readings for visitor in reading.visitors]
        for reading in readings:
            reading.add_trusts(known)
        sessions = [partial(r.add_sessions, visitors, self._awaited) for r in readings]
        self._run("role sessions", sessions)
        pile.gathers += gathers.values()
        self.facts = {reading.facts.account: reading.facts for reading in readings}
        return known

    def _left_out(self, roles: Mapping[str, Roles]) -> tuple[str, ...]:
        """What ``--service`` keeps from being seen, and of it what makes the use of a role."""
        missing = [s for s in SERVICES if s not in self._services]
        used = [s for s in WORKLOAD_SERVICES if roles and s in missing]
        return (
            *([f"{', '.join(missing)} (left out by --service)"] if missing else []),
            *(f"workloads of {s} that run as a role (left out by --service)" for s in used),
        )

    def _read_regions(
        self, accounts: Sequence[AccountSession], roles: Mapping[str, Roles], pile: _Pile
    ) -> Mapping[str, tuple[str, ...]]:
        """The regions to read by account; one call each."""
        kinds = (RESOURCE_KINDS - {"s3_bucket"}) | CENTER_KINDS
        regional = {"identitycenter", *REGIONAL_SERVICES}
        if roles:
            kinds, regional = kinds | WORKLOAD, regional | set(WORKLOAD_SERVICES)
        if not regional.intersection(self._services):
            return {}
        wanted = self._sessions.access.regions
        gathers = [Gather(session) for session in accounts]

        def task(gather: Gather) -> Callable[[], tuple[str, ...]]:
            return lambda: enabled_regions(gather, wanted, kinds)

        found = self._run("regions", [task(gather) for gather in gathers])
        pile.gathers += gathers
        pile.regions.update(*found)
        return {g.session.account: regions for g, regions in zip(gathers, found, strict=True)}

    def _read_policies(
        self,
        accounts: Sequence[AccountSession],
        regions: Mapping[str, tuple[str, ...]],
        known: Known,
        subjects: Sequence[Subject],
        pile: _Pile,
    ) -> None:
        hints = hints_of(subjects)
        covered = frozenset(session.account for session in accounts)
        tasks: list[Callable[[], Gather]] = []
        for session in accounts:
            enabled = regions.get(session.account, ())
            if "identitycenter" in self._services and hints:
                center = IdentityCenter(session, hints, covered, self._awaited)
                tasks.append(_then(center.gather, center.read, enabled))
            if "s3" in self._services:
                buckets = ResourcePolicies(session, self._matcher, known)
                only = self._sessions.access.regions
                tasks.append(_then(buckets.gather, buckets.read_buckets, only))
            for service in REGIONAL_SERVICES:
                for region in enabled if service in self._services else ():
                    part = ResourcePolicies(session, self._matcher, known)
                    tasks.append(_then(part.gather, part.read_region, service, region))
        pile.gathers += self._run("resource policies", tasks)

    def _read_workloads(
        self,
        accounts: Sequence[AccountSession],
        regions: Mapping[str, tuple[str, ...]],
        roles: Mapping[str, Roles],
        pile: _Pile,
    ) -> None:
        """What runs as one of ``roles``, by account; nothing is asked where there is none."""
        services = tuple(s for s in WORKLOAD_SERVICES if s in self._services)
        readings = [Workloads(s, roles[s.account]) for s in accounts if s.account in roles]
        if "ec2" in services:
            self._run("instance profiles", [reading.read_profiles for reading in readings])
        pile.gathers += [reading.gather for reading in readings]
        tasks: list[Callable[[], Gather]] = []
        for reading in readings:
            for service in services:
                for region in regions.get(reading.gather.session.account, ()):
                    part = reading.of_region()
                    tasks.append(_then(part.gather, part.read_region, service, region))
        pile.gathers += self._run("workloads", tasks)

    def _run(self, label: str, tasks: Sequence[Callable[[], _T]]) -> list[_T]:
        return side_by_side(f"AWS: {label}", tasks, self._workers, self._progress)


def _then(gather: Gather, read: Callable[..., None], *args: object) -> Callable[[], Gather]:
    def task() -> Gather:
        read(*args)
        return gather

    return task
