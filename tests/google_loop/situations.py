"""The ten situations: what is there before Terraform is applied, what is done by hand afterwards.

The code of each is in ``cases/NAME/infra``, and each has a project of its own, ``acme-NAME``, so
that all ten can be in one organization. ``{now}`` in a roster is the moment of leaving.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from iac_offboard.demo.google.world import World

CASES = Path(__file__).parent / "cases"
ORGANIZATION, DOMAIN, CUSTOMER = "123456789012", "example.com", "C0example1"
FOLDER = "456"
ALICE, BOB, CAROL = (f"{name}@{DOMAIN}" for name in ("alice", "bob", "carol"))
FORMER = f"alice.smith@{DOMAIN}"  # the account that alice had before she married; deleted
ARTIFACTS, DRAFTS = "acme-artifacts", "acme-drafts"
RETIRED, APP = "acme/retired", "acme/app"
FIRST_NUMBER = 100_000_000_001


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """``by_hand`` returns more aliases of the leaver: what only the cloud knows the name of.
    ``asked`` are the permissions, by place, that the leaver has before and not after."""

    name: str
    aliases: tuple[str, ...] = (ALICE,)
    kind: str = "person"
    before: Callable[[World], None] = lambda _: None
    by_hand: Callable[[World], Iterable[str]] = lambda _: ()
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    more: Mapping[str, object] = field(default_factory=dict)

    @property
    def project(self) -> str:
        return f"acme-{self.name}"


def principals(world: World, repository: str) -> tuple[str, str]:
    """The subject of the repository's main branch in the pool, and the set of the repository."""
    number = world.projects["acme-repository"].number
    pool = f"//iam.googleapis.com/projects/{number}/locations/global/workloadIdentityPools/github"
    return (
        f"principal:{pool}/subject/repo:{repository}:ref:refs/heads/main",
        f"principalSet:{pool}/attribute.repository/{repository}",
    )


def account(name: str, situation: str) -> str:
    return f"{name}@acme-{situation}.iam.gserviceaccount.com"


# ------------------------------------------------------------------------------- what is there


def _member(world: World) -> Iterable[str]:
    until = {"title": "trial", "expression": 'request.time < timestamp("2031-01-01T00:00:00Z")'}
    world.grant("projects/acme-member", "roles/editor", f"user:{ALICE}", until)
    world.grant("projects/acme-member", "roles/editor", f"user:{CAROL}", until)
    return ()


def _before_binding(world: World) -> None:
    world.service_account("acme-binding", "ci")
    world.group(f"oncall-rota@{DOMAIN}", [CAROL])


def _binding(world: World) -> Iterable[str]:
    world.grant("projects/acme-binding", "roles/logging.viewer", f"user:{ALICE}")
    return ()


def _policy(world: World) -> Iterable[str]:
    world.grant(f"folders/{FOLDER}", "roles/browser", f"user:{ALICE}")
    world.grant(f"folders/{FOLDER}", "roles/browser", f"user:{BOB}")
    return ()


def _bucket(world: World) -> Iterable[str]:
    world.bucket(DRAFTS, "acme-bucket")
    for who in (ALICE, BOB):
        world.grant(f"gs://{DRAFTS}", "roles/storage.objectAdmin", f"user:{who}")
    return ()


def _keys(world: World) -> Iterable[str]:
    world.key(account("alice-jobs", "keys"))
    return ()


def _shared(world: World) -> Iterable[str]:
    """Whose key is whose, only people know: alice's is in the roster."""
    email = account("reports", "shared")
    hers, _ = world.key(email), world.key(email)
    return (f"projects/acme-shared/serviceAccounts/{email}/keys/{hers.id}",)


def _impersonation(world: World) -> Iterable[str]:
    world.grant("projects/acme-impersonation", "roles/iam.serviceAccountUser", f"user:{ALICE}")
    world.grant("projects/acme-impersonation", "roles/iam.serviceAccountUser", f"user:{BOB}")
    return ()


def _repository(world: World) -> Iterable[str]:
    subject, _ = principals(world, RETIRED)
    world.grant(account("deployer", "repository"), "roles/iam.workloadIdentityUser", subject)
    return ()


def _deleted(world: World) -> Iterable[str]:
    world.grant("projects/acme-deleted", "roles/editor", f"user:{FORMER}")
    world.delete_user(FORMER)
    return ()


def _before_group(world: World) -> None:
    world.group(f"admins@{DOMAIN}", [CAROL])


def _group(world: World) -> Iterable[str]:
    world.group(f"admins@{DOMAIN}", [ALICE])
    world.grant("projects/acme-group", "roles/owner", f"group:admins@{DOMAIN}")
    return ()


_DEPLOYER = f"projects/acme-{{0}}/serviceAccounts/{account('deployer', '{0}')}"
SITUATIONS = {
    s.name: s
    for s in (
        Situation(
            name="member",
            by_hand=_member,
            asked={"projects/acme-member": ("resourcemanager.projects.get", "run.services.update")},
        ),
        Situation(
            name="binding",
            before=_before_binding,
            by_hand=_binding,
            asked={"projects/acme-binding": ("logging.logEntries.list", "run.services.update")},
        ),
        Situation(
            name="policy",
            by_hand=_policy,
            asked={
                "projects/acme-policy": ("bigquery.jobs.create", "bigquery.tables.update"),
                f"folders/{FOLDER}": ("resourcemanager.folders.get",),
            },
        ),
        Situation(
            name="bucket",
            by_hand=_bucket,
            asked={
                f"b/{ARTIFACTS}": ("storage.objects.create",),
                f"b/{DRAFTS}": ("storage.objects.create",),
            },
        ),
        Situation(
            name="keys",
            aliases=(account("alice-jobs", "keys"),),
            by_hand=_keys,
            asked={"projects/acme-keys": ("resourcemanager.projects.get",)},
        ),
        Situation(name="shared", by_hand=_shared),
        Situation(
            name="impersonation",
            by_hand=_impersonation,
            asked={
                _DEPLOYER.format("impersonation"): (
                    "iam.serviceAccounts.actAs",
                    "iam.serviceAccounts.getAccessToken",
                )
            },
        ),
        Situation(
            name="repository",
            aliases=(RETIRED,),
            kind="repository",
            by_hand=_repository,
            asked={_DEPLOYER.format("repository"): ("iam.serviceAccounts.getAccessToken",)},
        ),
        Situation(
            name="deleted",
            aliases=(FORMER,),
            by_hand=_deleted,
            asked={"projects/acme-deleted": ("resourcemanager.projects.get",)},
        ),
        Situation(
            name="group",
            before=_before_group,
            by_hand=_group,
            asked={"projects/acme-group": ("monitoring.groups.get", "run.services.update")},
        ),
    )
}


def furnish(world: World) -> None:
    """An organization with a folder, a project for each situation, and the people."""
    world.organization(ORGANIZATION, domain=DOMAIN, customer=CUSTOMER)
    world.folder(FOLDER, f"organizations/{ORGANIZATION}")
    for offset, name in enumerate(SITUATIONS):
        above = f"folders/{FOLDER}" if name == "policy" else f"organizations/{ORGANIZATION}"
        world.project(f"acme-{name}", parent=above, number=str(FIRST_NUMBER + offset))
    for who in (ALICE, BOB, CAROL, FORMER):
        world.user(who)
