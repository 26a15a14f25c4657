"""Where Cloud Asset may not be searched: project by project, as far as that goes.

Projects, folders and organizations have their policies read, and so have the service accounts and
the buckets of each project. Policies of other things are not found this way: that is said, and
nothing may be called dead of what they may hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iac_offboard.clouds.reply import Data, structs, text
from iac_offboard.live.gcp.allow import Place
from iac_offboard.live.gcp.gather import Gather
from iac_offboard.live.gcp.search import Territory
from iac_offboard.model import NoteKind, Side, Skipped, SkipReason

_ROOT = "//cloudresourcemanager.googleapis.com/"
READ = ("projects", "folders", "organizations", "service accounts", "buckets")


@dataclass(slots=True, kw_only=True)
class Walk:
    """Walks below ``scopes``; ``why`` says why the search cannot be used."""

    gather: Gather
    scopes: Sequence[str]
    why: str

    def territory(self) -> Territory:
        """The containers below the scopes."""
        found = Territory()
        for scope in self.scopes:
            for parent in self._below(scope):
                found.accounts.setdefault(parent.removeprefix("projects/"), scope)
        return found

    def places(self, territory: Territory) -> Iterator[Place]:
        """Everything whose policy is read."""
        for account in territory.accounts:
            path = account if "/" in account else f"projects/{account}"
            yield Place(full_name=f"{_ROOT}{path}", account=account)
            if "/" not in account:
                yield from self._service_accounts(account)
                yield from self._buckets(account)

    def say(self, territory: Territory) -> None:
        """What is not looked at, and that nothing is dead for that."""
        looked = f"{', '.join(READ[:-1])} and {READ[-1]}"
        text = f"Cloud Asset cannot be searched ({self.why}): only policies of {looked} were read"
        for account in territory.accounts:
            self.gather.note(NoteKind.NOT_COVERED, f"gcp:{account}", text)
            self.gather.skipped.append(
                Skipped(
                    where=f"gcp:{account}",
                    reason=SkipReason.UNSUPPORTED,
                    detail=f"{text}; those of other resources may name a leaver",
                    side=Side.ACCESS,
                    next_step="Enable cloudasset.googleapis.com and grant "
                    "cloudasset.assets.searchAllIamPolicies on the scope.",
                    permission="cloudasset.assets.searchAllIamPolicies",
                )
            )

    def _below(self, scope: str) -> Iterator[str]:
        todo = [scope]
        while todo:
            parent = todo.pop(0)
            yield parent
            if parent.startswith("projects/"):
                continue
            todo += self._children("folders", parent)
            todo += self._children("projects", parent)

    def _children(self, what: str, parent: str) -> list[str]:
        found = []
        for reply in self.gather.pages(
            f"cloudresourcemanager.{what}.list",
            parent,
            frozenset(),
            f"{what} of {parent}",
            parent=parent,
            pageSize=300,
        ):
            for child in structs(reply.data, what):
                if text(child, "state") == "ACTIVE":
                    found.append(_path(child))
        return found

    def _service_accounts(self, project: str) -> Iterator[Place]:
        for reply in self.gather.pages(
            "iam.projects.serviceAccounts.list",
            project,
            frozenset({"gcp_service_account"}),
            "service accounts",
            name=f"projects/{project}",
            pageSize=100,
        ):
            for account in structs(reply.data, "accounts"):
                unique = text(account, "uniqueId")
                full = f"//iam.googleapis.com/projects/{project}/serviceAccounts/{unique}"
                yield Place(full_name=full, account=project)

    def _buckets(self, project: str) -> Iterator[Place]:
        for reply in self.gather.pages(
            "storage.buckets.list",
            project,
            frozenset({"gcp_storage_bucket"}),
            "buckets",
            project=project,
        ):
            for bucket in structs(reply.data, "items"):
                full = f"//storage.googleapis.com/{text(bucket, 'name')}"
                yield Place(full_name=full, account=project)


def _path(child: Data) -> str:
    project = text(child, "projectId")
    return f"projects/{project}" if project else text(child, "name")
