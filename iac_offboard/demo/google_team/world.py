"""The demo's team on Google Cloud: two projects under Terraform, and what Terraform does not know.

alice is the leaver, and the repository acme/retired with her; bob, carol and dave stay. ``probe``
asks the same questions with one person's own token before and after.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from iac_offboard.demo.google import GoogleServer
from iac_offboard.demo.google_team import recording
from iac_offboard.demo.google_team.endpoints import provider_environment
from iac_offboard.demo.google_team.probing import granted, token_of_key
from iac_offboard.demo.terraform import TerraformRun
from iac_offboard.demo.toolchain import Toolchain

DOMAIN, ORGANIZATION, CUSTOMER = "example.com", "123456789012", "C0example1"
PROJECT, NUMBER = "acme-prod", "100000000901"
DATA = "acme-data"
LEAVER, OTHERS = "alice", ("bob", "carol", "dave")
FORMER = f"alice.smith@{DOMAIN}"
JOBS, DEPLOYER = (
    f"{name}@{PROJECT}.iam.gserviceaccount.com" for name in ("alice-jobs", "deployer")
)
DRAFTS, ARTIFACTS = "acme-prod-drafts", "acme-prod-artifacts"
ADMINS = f"admins@{DOMAIN}"
ASKED = {
    f"projects/{PROJECT}": ("resourcemanager.projects.get", "run.services.update"),
    f"projects/{DATA}": ("resourcemanager.projects.delete", "bigquery.tables.update"),
    f"b/{ARTIFACTS}": ("storage.objects.create",),
    f"b/{DRAFTS}": ("storage.objects.create",),
    f"projects/{PROJECT}/serviceAccounts/{DEPLOYER}": ("iam.serviceAccounts.getAccessToken",),
}


@dataclass(slots=True, kw_only=True)
class World:
    """``toolchain`` is None where the machine has no Google provider: then Terraform's part is
    played from a recording. ``keys`` are the leaver's key files by what they are called; they
    stay in memory, for the probes."""

    server: GoogleServer
    root_module: Path
    toolchain: Toolchain | None
    keys: dict[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    playback: recording.Playback | None = field(default=None, repr=False)

    @property
    def administrator(self) -> str:
        """A token of somebody who may do everything."""
        return self.server.token(f"serviceAccount:{self.server.world.administrator.email}")

    def terraform(self, toolchain: Toolchain) -> TerraformRun:
        environment = provider_environment(self.server.url, self.administrator)
        return TerraformRun(toolchain, self.root_module, environment)

    def apply(self) -> None:
        """``terraform apply``, by the real one or from the recording."""
        if self.toolchain is not None:
            self.terraform(self.toolchain).apply()
            return
        if self.playback is None:
            self.playback = recording.Playback(
                recording=recorded(), url=self.server.url, token=self.administrator
            )
        self.playback.apply(self.root_module)


def recorded() -> recording.Recording:
    """What the real provider did for the example's code, before the patch and after it."""
    file = files("iac_offboard.demo.google_team").joinpath("recorded.json")
    return recording.read(file.read_text(encoding="utf-8"))


def start(root_module: Path, toolchain: Toolchain | None) -> World:
    """An organization of two empty projects and its people. ``root_module`` is where the example
    goes."""
    server = GoogleServer()
    server.world.organization(ORGANIZATION, domain=DOMAIN, customer=CUSTOMER)
    for project, number in ((PROJECT, NUMBER), (DATA, "")):
        server.world.project(project, parent=f"organizations/{ORGANIZATION}", number=number)
    for name in (LEAVER, *OTHERS):
        server.world.user(f"{name}@{DOMAIN}")
    server.world.group(ADMINS, [f"carol@{DOMAIN}"])
    return World(server=server, root_module=root_module, toolchain=toolchain)


def copy_example(directory: Path) -> None:
    """The example's files; the directory is made."""
    directory.mkdir(parents=True, exist_ok=True)
    for source in files("iac_offboard.demo.google_team").joinpath("example").iterdir():
        if source.name.endswith(".tf"):
            (directory / source.name).write_bytes(source.read_bytes())


def add_unmanaged(world: World) -> None:
    """What people do in the console: keys, a bucket, a role until a date, a group."""
    cloud = world.server.world
    trial = {"title": "trial", "expression": 'request.time < timestamp("2031-01-01T00:00:00Z")'}
    cloud.grant(f"projects/{PROJECT}", "roles/editor", f"user:{LEAVER}@{DOMAIN}", trial)
    cloud.grant(f"projects/{PROJECT}", "roles/browser", f"user:{FORMER}")
    cloud.delete_user(FORMER)
    cloud.bucket(DRAFTS, PROJECT)
    for name in (LEAVER, "bob"):
        cloud.grant(f"gs://{DRAFTS}", "roles/storage.objectAdmin", f"user:{name}@{DOMAIN}")
    cloud.group(ADMINS, [f"{LEAVER}@{DOMAIN}"])
    by_hand, account = cloud.key(JOBS), cloud.accounts.by_email[JOBS]
    for key in (key for key in account.keys.values() if not key.managed):
        called = "alice-jobs, by hand" if key is by_hand else "alice-jobs"
        world.keys[called] = cloud.key_file(JOBS, key, f"{world.server.url}/token")


def probe(world: World, name: str) -> dict[str, frozenset[str]]:
    """Place -> the permissions that this person has there, asked with a token of theirs."""
    token = world.server.token(f"user:{name}@{DOMAIN}")
    return {place: granted(world.server.url, token, place, asked) for place, asked in ASKED.items()}


def probe_keys(world: World) -> dict[str, bool]:
    """Key -> is a token given for it?"""
    return {called: bool(token_of_key(key)) for called, key in world.keys.items()}
