"""Where to look: Cloud Asset's search over everything below the scope.

One search answers for all projects of an organization, 500 results a page ("searchAllIamPolicies",
Cloud Asset API): the number of requests grows with what is found, never with the projects.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from iac_offboard.catalog import google_resources
from iac_offboard.clouds.reply import Data, Reply, struct, structs, text
from iac_offboard.errors import CloudError
from iac_offboard.live.gcp.allow import Place
from iac_offboard.live.gcp.gather import Gather
from iac_offboard.live.gcp.queries import queries
from iac_offboard.model import NoteKind

PAGE = 500
_PREFIX = "cloudresourcemanager.googleapis.com/"
CONTAINERS = ("Project", "Folder", "Organization")
_ACTIVE = ("ACTIVE", "")


@dataclass(slots=True, kw_only=True)
class Territory:
    """What the scope holds: ``accounts`` as targets name them, with what asked for each;
    ``projects`` ids by number."""

    accounts: dict[str, str] = field(default_factory=dict)
    projects: dict[str, str] = field(default_factory=dict)

    def account(self, full_name: str, numbered: str) -> str:
        """The account of a resource that the search found, in the project ``projects/NUMBER``."""
        number = numbered.rpartition("/")[2]
        said = google_resources.of(full_name).account
        if said is not None and said != number:
            return self.projects.get(said, said)
        return self.projects.get(number, number)


@dataclass(slots=True, kw_only=True)
class Search:
    """Searches below ``scopes``: ``organizations/123``, ``folders/456``, ``projects/acme-prod``."""

    gather: Gather
    scopes: Sequence[str]

    def territory(self) -> Territory:
        """Projects, folders and organizations. Raises CloudError when the search is refused: then
        nothing is known of what there is."""
        found = Territory()
        for scope in self.scopes:
            found.accounts.setdefault(_account(scope), scope)
            for reply in self._pages(scope, "cloudasset.searchAllResources", types=_types()):
                for result in structs(reply.data, "results"):
                    self._container(found, scope, result)
        return found

    def places(self, territory: Territory, wanted: Sequence[str]) -> list[Place]:
        """The things whose policy may name one of ``wanted``, each once. Raises CloudError."""
        found: dict[Place, None] = {}
        for scope in self.scopes:
            for query in queries(wanted):
                for reply in self._pages(scope, "cloudasset.searchAllIamPolicies", query=query):
                    found.update((p, None) for p in _places(reply, territory))
        return list(found)

    def resources(self, types: Sequence[str], scope: str) -> Iterator[Data]:
        """Resources of these types. Raises CloudError."""
        for reply in self._pages(scope, "cloudasset.searchAllResources", types=types):
            yield from structs(reply.data, "results")

    def heard(self, territory: Territory) -> None:
        """The search spoke for every account below the scope."""
        now = self.gather.session.timing.now()
        for account in territory.accounts:
            self.gather.answered(account, "cloudasset.searchAllIamPolicies", now, "")

    def _pages(
        self, scope: str, method: str, query: str = "", types: Sequence[str] = ()
    ) -> Iterator[Reply]:
        given: dict[str, str | list[str]] = {"query": query} if query else {}
        given |= {"assetTypes": list(types)} if types else {}
        session = self.gather.session
        for reply in session.pages(
            method, account=_account(scope), body=None, scope=scope, pageSize=PAGE, **given
        ):
            self.gather.read(reply)
            yield reply

    def _container(self, found: Territory, scope: str, result: Data) -> None:
        name = text(result, "name")
        account = google_resources.of(name).account
        if account is None:
            return
        number = text(result, "project").rpartition("/")[2]
        if text(result, "assetType") == f"{_PREFIX}Project" and number:
            known = text(struct(result, "additionalAttributes"), "projectId")
            account = known or account
            found.projects[number] = account
        if text(result, "state") in _ACTIVE:
            found.accounts.setdefault(account, scope)
        else:
            where, state = f"gcp:{account}", text(result, "state")
            self.gather.note(NoteKind.SUSPENDED_ACCOUNT, where, f"{account} is {state}.")


def _types() -> list[str]:
    return [f"{_PREFIX}{kind}" for kind in CONTAINERS]


def _places(reply: Reply, territory: Territory) -> Iterator[Place]:
    for result in structs(reply.data, "results"):
        full = text(result, "resource")
        if full:
            yield Place(full_name=full, account=territory.account(full, text(result, "project")))


def _account(scope: str) -> str:
    """As targets name it: projects by id alone."""
    return scope.removeprefix("projects/")


def refused(error: CloudError) -> str:
    """Why the search cannot be used, in words."""
    return error.message.rstrip(".")
