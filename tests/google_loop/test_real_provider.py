"""The fake is judged by a client that nobody here wrote: hashicorp's own Google provider.

All ten situations, each in a root module of its own, go through the loop as one case. Where
there is no provider the skip says what to provide. What the tests beside this one play was
recorded from such runs (``python -m tests.google_loop.record``).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from iac_offboard.cli import options
from iac_offboard.demo.google import GoogleServer
from iac_offboard.demo.google_team.endpoints import provider_environment
from iac_offboard.demo.terraform import PlanResult, TerraformRun
from iac_offboard.demo.toolchain import Toolchain, find_toolchain
from iac_offboard.errors import ToolError
from tests.acceptance.desk import run
from tests.google_loop.situations import CASES, RETIRED, SITUATIONS, furnish
from tests.google_loop.staging import LIVE, Clock, git, point_at
from tests.loop.checkout import Checkout

pytestmark = [pytest.mark.real, pytest.mark.terraform, pytest.mark.xdist_group("terraform")]
DELETE, UPDATE = ("delete",), ("update",)
# What Terraform has to do for the patch, and no more.
CHANGES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "member": {'google_project_iam_member.viewer["alice"]': DELETE},
    "binding": {"google_project_iam_binding.deployers": UPDATE},
    "policy": {"google_project_iam_policy.all": UPDATE},
    "bucket": {
        "google_storage_bucket_iam_binding.writers": UPDATE,
        "google_storage_bucket_iam_member.drafts": DELETE,
    },
    "keys": {
        "google_project_iam_member.jobs": DELETE,
        "google_service_account.jobs": DELETE,
        "google_service_account_key.jobs": DELETE,
    },
    "shared": {},
    "impersonation": {'google_service_account_iam_member.repair["alice"]': DELETE},
    "repository": {
        "google_iam_workload_identity_pool_provider.github": UPDATE,
        'google_service_account_iam_member.pipelines["acme/retired"]': DELETE,
    },
    "deleted": {},
    "group": {'google_cloud_identity_group_membership.oncall["alice@example.com"]': DELETE},
}


@pytest.fixture(scope="module")
def toolchain() -> Toolchain:
    try:
        return find_toolchain(provider="google")
    except ToolError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def team(toolchain: Toolchain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    with GoogleServer() as server:
        point_at(server, tmp_path, monkeypatch)
        made = Team(server=server, toolchain=toolchain, work=tmp_path)
        monkeypatch.setattr(options, "now", made.clock.now)
        yield made


@dataclass(slots=True, kw_only=True)
class Team:
    """One repository with a root module for each situation, under real Terraform."""

    server: GoogleServer
    toolchain: Toolchain
    work: Path
    clock: Clock = field(init=False)
    aliases: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = Clock(self.server)

    @property
    def repository(self) -> Path:
        return self.work / "repository"

    @property
    def plan_json(self) -> Any:
        return json.loads((self.work / "case/plan.json").read_bytes())

    def terraform(self, name: str) -> TerraformRun:
        administrator = f"serviceAccount:{self.server.world.administrator.email}"
        environment = provider_environment(self.server.url, self.server.token(administrator))
        return TerraformRun(self.toolchain, self.repository / name, environment)

    def everywhere(self, do: Callable[[TerraformRun], Any]) -> dict[str, Any]:
        """The same in every root; the provider sleeps most of the time."""
        with ThreadPoolExecutor(4) as pool:
            done = {name: pool.submit(do, self.terraform(name)) for name in SITUATIONS}
        return {name: future.result() for name, future in done.items()}

    def put(self) -> None:
        """Everything of all situations, applied and done by hand; who leaves, written down."""
        furnish(self.server.world)
        for name, situation in SITUATIONS.items():
            situation.before(self.server.world)
            shutil.copytree(CASES / name / "infra", self.repository / name)
        self.everywhere(TerraformRun.apply)
        (self.repository / ".gitignore").write_text("*.tfstate*\n", encoding="utf-8")
        git(self.repository, "init", "-q")
        git(self.repository, "add", ".")
        git(self.repository, "commit", "-q", "-m", "The team")

    def leave(self) -> None:
        for situation in SITUATIONS.values():
            told = self.aliases.setdefault(situation.kind, [])
            named = (*situation.aliases, *situation.by_hand(self.server.world))
            told += [alias for alias in named if alias not in told]
        self.clock.later(minutes=1)
        left_at = self.clock.now().isoformat(timespec="seconds")
        subjects = [
            {"id": f"leaver-{kind}", "kind": kind, "left_at": left_at, "aliases": aliases}
            for kind, aliases in self.aliases.items()
        ]
        text = yaml.safe_dump({"version": 1, "subjects": subjects})
        (self.work / "leavers.yaml").write_text(text, encoding="utf-8")
        self.clock.later(minutes=1)

    def sources(self) -> tuple[str, ...]:
        states = [f"repository/{name}/terraform.tfstate" for name in SITUATIONS]
        return (
            *("--subjects", "leavers.yaml", "--terraform", "repository"),
            *(word for state in states for word in ("--state", state)),
            *LIVE,
        )


def empty(plans: Mapping[str, PlanResult]) -> dict[str, bool]:
    return {name: not plan.changes for name, plan in plans.items()}


def verdicts() -> dict[str, tuple[str, str]]:
    """What verify says of the access of each leaver, and of the risk of a return."""
    ran = run("verify", "case/plan.json", "--settle", "0", "--format", "json")
    said = {v["subject"]: (v["access"], v["return_risk"]) for v in ran.json["verdicts"]}
    dead = all(access == "dead" for access, _ in said.values())
    assert ran.code == (0 if dead else 1), ran.err
    return said


EMPTY = dict.fromkeys(SITUATIONS, True)
LEAVERS = ("leaver-person", "leaver-repository")


def test_the_real_provider_agrees_with_the_fake_all_the_way(team: Team) -> None:
    team.put()
    assert empty(team.everywhere(TerraformRun.plan)) == EMPTY
    team.leave()
    # What is done by hand is none of Terraform's; only the account that was deleted is missed.
    assert empty(team.everywhere(TerraformRun.plan)) == EMPTY | {"deleted": False}
    assert run("scan", *team.sources()).code == 1
    planned = run("plan", *team.sources(), "--out", "case")
    assert planned.code == 0, planned.out + planned.err
    rotation = [a["id"] for a in team.plan_json["actions"] if a["verb"] == "person:rotate"]
    accepted = [word for one in rotation for word in ("--accept", one)]
    assert run("approve", "case/plan.json", "--by", "lead@example.com", *accepted).code == 0
    begun = run("apply", "case/plan.json")
    assert begun.code == 1, begun.out + begun.err
    _merge(team)
    changes = {name: plan.actions() for name, plan in team.everywhere(TerraformRun.plan).items()}
    assert changes == CHANGES
    team.everywhere(TerraformRun.apply)
    assert empty(team.everywhere(TerraformRun.plan)) == EMPTY
    begun = run("apply", "case/plan.json")
    assert begun.code == 1, "the key of the shared account is disabled, and deleted a day later"
    team.clock.later(hours=25)
    ended = run("apply", "case/plan.json")
    assert ended.code == 0, ended.out + ended.err
    assert verdicts() == dict.fromkeys(LEAVERS, ("alive-until", "none"))
    team.clock.later(hours=25)
    assert verdicts() == dict.fromkeys(LEAVERS, ("dead", "none"))
    assert empty(team.everywhere(TerraformRun.plan)) == EMPTY


def _merge(team: Team) -> None:
    """The patch, and the one place that is a person's: the condition of the pool's provider."""
    Checkout(team.work).apply(team.plan_json)
    file = team.repository / "repository/main.tf"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(f", '{RETIRED}'", ""), encoding="utf-8")
    for name in SITUATIONS:
        wanted = (CASES / name / "after/main.tf").read_text(encoding="utf-8")
        assert (team.repository / name / "main.tf").read_text(encoding="utf-8") == wanted
    git(team.repository, "commit", "-q", "-a", "-m", "Offboard")
