"""Google Cloud as a source: found by search, proven by the policy of each thing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from iac_offboard.clouds.gcp.session import GcpSession
from iac_offboard.clouds.reply import text
from iac_offboard.errors import CloudError, CredentialsError, UsageError
from iac_offboard.live.gcp.accounts import ServiceAccounts, Wanted
from iac_offboard.live.gcp.allow import Allowed, Place
from iac_offboard.live.gcp.denies import Denies
from iac_offboard.live.gcp.federation import POOL, Federation
from iac_offboard.live.gcp.gather import Gather
from iac_offboard.live.gcp.groups import Groups
from iac_offboard.live.gcp.key_makers import KeyMakers
from iac_offboard.live.gcp.queries import people, texts
from iac_offboard.live.gcp.search import Search, Territory, refused
from iac_offboard.live.gcp.walk import Walk
from iac_offboard.live.gcp.workloads import read_workloads
from iac_offboard.live.order import by_binding, by_note, by_place, by_read, by_text, in_order
from iac_offboard.live.side_by_side import Progress, side_by_side
from iac_offboard.model import (
    AccountFacts,
    AccountScope,
    AliasKind,
    Collected,
    Note,
    NoteKind,
    Principal,
    PrincipalKind,
    Scope,
    Subject,
    SubjectStatus,
    Target,
)

NOT_COVERED = (
    "Google accounts themselves: suspending one is done in Workspace or Cloud Identity",
    "what everybody may do (allUsers, allAuthenticatedUsers)",
    "object ACLs of Cloud Storage, and users of databases that log in with IAM",
    "providers of workforce identity pools (the roles of their principals are read)",
    "OAuth grants of users to applications, and domain-wide delegation",
    "principal access boundary policies, and Privileged Access Manager's grants",
)
_BY_TOKEN = frozenset({AliasKind.REPOSITORY, AliasKind.GITHUB_LOGIN, AliasKind.GCP_PRINCIPAL})


class GcpSource:
    """Reads everything below the scope (interface.Source).

    ``matcher`` says which principals are candidates. ``parents`` are ``organizations/123``,
    ``folders/456``, ``projects/acme-prod``; none: the project of the credentials. ``known`` are
    targets that a plan or code names: the search lags behind, so that they are asked for whatever
    it says. ``scope()`` is known after ``collect``. Raises CredentialsError when nobody lets us in
    at all, and UsageError where nothing says what to look at.
    """

    name = "gcp"

    def __init__(
        self,
        session: GcpSession,
        matcher: Callable[[Principal], bool],
        parents: Sequence[str] = (),
        *,
        known: Sequence[Target] = (),
        workers: int = 8,
        progress: Progress | None = None,
    ) -> None:
        self._session = session
        self._matcher = matcher
        self._parents = tuple(dict.fromkeys(parents)) or _own(session)
        self._known = [t for t in known if t.provider == "gcp" and t.arn]
        self._workers = workers
        self._progress = progress
        self._territory = Territory()
        self._gather = Gather(session)
        self._groups: frozenset[str] = frozenset()
        self.facts: Mapping[str, AccountFacts] = {}

    def scope(self) -> Scope:
        """The projects, folders and organizations that are covered."""
        return Scope(
            accounts=tuple(
                AccountScope(provider="gcp", account=account, source=source, partition="gcp")
                for account, source in sorted(self._territory.accounts.items())
            )
        )

    @property
    def requests(self) -> Mapping[str, int]:
        """How many requests were sent, by method, retries included."""
        return self._session.requests

    def collect(self, subjects: Sequence[Subject]) -> Collected:
        """Every candidate binding below the scope. Groups are read first: their roles are the
        leaver's too."""
        gather, first = self._gather, self._parents[0].removeprefix("projects/")
        groups = Groups(gather=gather, account=first)
        groups.read(people(subjects))
        self._groups = frozenset(groups.found)
        places = self._places(subjects)
        makers = KeyMakers(gather=gather, leaver=self._matcher)
        accounts = ServiceAccounts(gather=gather, scope=first, makers=makers)
        accounts.read(Wanted.of(subjects))
        allowed = Allowed(gather=gather, wanted=self._wanted)
        tasks = [partial(allowed.read, place) for place in places]
        side_by_side("Google Cloud: policies", tasks, self._workers, self._progress)
        self.facts = allowed.facts
        self._denies(places)
        if accounts.found:
            read_workloads(gather, self._parents, accounts.found)
        return _sorted(gather.collected)

    def _places(self, subjects: Sequence[Subject]) -> list[Place]:
        search = Search(gather=self._gather, scopes=self._parents)
        try:
            self._territory = search.territory()
            found = search.places(self._territory, texts(subjects, sorted(self._groups)))
            search.heard(self._territory)
            self._federation(search, subjects)
        except CredentialsError:
            raise
        except CloudError as error:
            walk = Walk(gather=self._gather, scopes=self._parents, why=refused(error))
            self._territory = walk.territory()
            found = list(walk.places(self._territory))
            walk.say(self._territory)
        known = {p.full_name: p for p in found}
        for target in self._known:
            place = Place(full_name=target.arn or "", account=target.account or "")
            if _has_policy(target) and self._covers(place):
                known.setdefault(place.full_name, place)
        return list(known.values())

    def _covers(self, place: Place) -> bool:
        return not place.account or place.account in self._territory.accounts

    def _federation(self, search: Search, subjects: Sequence[Subject]) -> None:
        """Raises CloudError when the search is refused."""
        leaving = [s for s in subjects if s.status is SubjectStatus.LEAVING]
        if not any(a.kind in _BY_TOKEN for s in leaving for a in s.aliases):
            return
        pools: dict[tuple[str, str], None] = {}
        for scope in self._parents:
            for result in search.resources((POOL,), scope):
                name = text(result, "name").removeprefix("//iam.googleapis.com/")
                account = self._territory.account(text(result, "name"), text(result, "project"))
                pools[name, account] = None
        Federation(gather=self._gather, wanted=self._wanted).read(pools)

    def _denies(self, places: Iterable[Place]) -> None:
        """Those above, and those of projects that the leaver is in: elsewhere a deny keeps nobody
        out who gets in."""
        above = [a for a in self._territory.accounts if "/" in a]
        affected = {p.account for p in places if p.account and "/" not in p.account}
        Denies(gather=self._gather, wanted=self._wanted).read((*above, *sorted(affected)))

    def _wanted(self, principal: Principal) -> bool:
        group = principal.kind is PrincipalKind.GCP_GROUP and principal.value in self._groups
        return group or self._matcher(principal)


_WITHOUT_POLICY = frozenset(
    {
        "gcp_service_account_key",
        "gcp_storage_hmac_key",
        "gcp_group",
        "gcp_deny_policy",
        "gcp_workload_identity_pool_provider",
        "gcp_workforce_pool_provider",
        "gcp_api_key",
    }
)


def _has_policy(target: Target) -> bool:
    return target.kind not in _WITHOUT_POLICY


def _own(session: GcpSession) -> tuple[str, ...]:
    if not session.project:
        raise UsageError(
            "The credentials of Google Cloud name no project, and nothing else says where to look.",
            hint="Add --gcp-organization ID, --gcp-folder ID or --gcp-project ID.",
        )
    return (f"projects/{session.project}",)


def _sorted(found: Collected) -> Collected:
    uncovered = (Note(kind=NoteKind.NOT_COVERED, where="gcp", text=t) for t in NOT_COVERED)
    return Collected(
        observations=in_order(dict.fromkeys(found.observations), by_binding),
        skipped=in_order(dict.fromkeys(found.skipped), by_place),
        notes=in_order((*dict.fromkeys(found.notes), *uncovered), by_note),
        reads=in_order(found.reads, by_read),
        uses=in_order(found.uses, by_text),
        upstreams=in_order(found.upstreams, by_text),
    )
