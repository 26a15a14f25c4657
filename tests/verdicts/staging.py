"""A leaver's case on a stage: real Terraform, a strict AWS, and the verbs of the command line.

A case is a folder below ``cases``:

    before/       the repository when Terraform was last applied, one directory for each root
    now/          laid over it afterwards and not applied: what the code says by now
    by_hand.yaml  calls at AWS that no code knows, one after the other
    leavers.yaml  the roster; ``{now}`` is the moment of leaving; the leaver's users are alice*
    after/        the files that the patch changes, as they have to be then

Whoever wants a case (``tests/verdicts/conftest.py`` has it as the fixture ``stage``)::

    stage = staged("managed", server, toolchain, directory)  # applied, done by hand, committed
    stage.plan()           # stage.case now has plan.json, removal.patch and report.md
    stage.repository       # the code as it is before the patch; stage.roots are its roots, each
                           # with a state and a provider_override.tf that points at the server
    stage.environment()    # the keys that Terraform and the SDK need
    stage.terraform()      # Terraform in the first root; stage.program() is the same for others
                           # to call: a file that can be executed
    stage.apply_patches()  # as the plan says, and every promised digest is checked

``stage.work`` is the directory in which the commands have to be run: what the plan names is
relative to it. The server is emptied for every case, so that one is on the stage at a time.
"""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any

import yaml

from iac_offboard.demo.loop import leaving_now
from iac_offboard.demo.strict import AccessKeyPair, StrictServer
from iac_offboard.demo.terraform import TerraformRun, provider_override
from iac_offboard.demo.toolchain import Toolchain
from iac_offboard.demo.world import World, probe
from tests.acceptance.desk import Ran, run
from tests.loop.checkout import Checkout

CASES = Path(__file__).parent / "cases"
LEAVER = "alice"
SUBJECT = "leaver-2041"
BUCKET = "example-reports"
_SERVICES = ("iam", "s3", "sts")
_LIVE = ("--live", "aws", "--service", "iam,s3", "--region", "us-east-1")
_GIT = ("git", "-c", "user.name=Test", "-c", "user.email=test@example.com")
_IGNORED = "*.tfstate*\n.terraform*\n*_override.tf\n"


def cases() -> list[str]:
    return sorted(p.name for p in CASES.iterdir())


@dataclass(slots=True, kw_only=True)
class Stage:
    """One case. ``by_hand`` are the keys that were made outside of Terraform, ``keys`` all of them
    by user; ``ahead`` turns the clock forward, where the command line is told to use ``now``;
    ``folder`` is where the plan is written to, another one for a second plan."""

    name: str
    server: StrictServer
    toolchain: Toolchain
    work: Path
    by_hand: list[tuple[str, AccessKeyPair]] = field(default_factory=list, repr=False)
    keys: dict[str, list[AccessKeyPair]] = field(default_factory=dict, repr=False)
    ahead: timedelta = timedelta()
    folder: str = "case"

    # ------------------------------------------------------------------ what is there

    @property
    def world(self) -> World:
        return World(server=self.server, toolchain=self.toolchain, root_module=self.roots[0])

    @property
    def repository(self) -> Path:
        return self.work / "repository"

    @property
    def roots(self) -> tuple[Path, ...]:
        names = sorted(p.name for p in (CASES / self.name / "before").iterdir())
        return tuple(self.repository / name for name in names)

    @property
    def case(self) -> Path:
        return self.work / self.folder

    @property
    def plan_json(self) -> Any:
        return json.loads((self.case / "plan.json").read_bytes())

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def environment(self) -> dict[str, str]:
        """For Terraform and the SDK: the server's first key, and where the SDK's calls go."""
        return self.world.environment()

    def aws(self, service: str) -> Any:
        return self.world.caller().client(service)

    def bucket_principals(self) -> list[str]:
        """Whom the policy of the team's bucket names."""
        policy = json.loads(self.aws("s3").get_bucket_policy(Bucket=BUCKET)["Policy"])
        named = [statement["Principal"]["AWS"] for statement in policy["Statement"]]
        return sorted(p for one in named for p in ([one] if isinstance(one, str) else one))

    # ------------------------------------------------------------------ Terraform

    def terraform(self, root: Path | None = None) -> TerraformRun:
        return TerraformRun(self.toolchain, root or self.roots[0], self.world.credentials())

    def program(self) -> Path:
        """Terraform as an executable file that knows where the provider is; no ``init`` is
        needed. The keys have to be in the environment (``environment``)."""
        rc = self.work / "terraform.rc"
        provider = json.dumps(str(self.toolchain.provider_dir))
        overrides = f'dev_overrides {{\n    "hashicorp/aws" = {provider}\n  }}'
        rc.write_text(f"provider_installation {{\n  {overrides}\n  direct {{}}\n}}\n", "utf-8")
        path = self.work / "terraform"
        command = shlex.join(self.toolchain.terraform)
        setting = f"TF_CLI_CONFIG_FILE={shlex.quote(str(rc))}"
        path.write_text(f'#!/bin/sh\n{setting} exec {command} "$@"\n', "utf-8")
        path.chmod(0o755)
        return path

    # ------------------------------------------------------------------ people

    def lay(self, part: str) -> None:
        """Lays a folder of the case over the repository."""
        shutil.copytree(CASES / self.name / part, self.repository, dirs_exist_ok=True)

    def commit(self, message: str) -> None:
        self.git("add", ".")
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def git(self, *arguments: str) -> None:
        subprocess.run([*_GIT, *arguments], cwd=self.repository, check=True)

    def do_by_hand(self, steps: list[dict[str, dict[str, Any]]]) -> None:
        """``[{"iam.create_access_key": {"UserName": "alice"}}]``; policies as mappings."""
        for call, arguments in ((c, a) for step in steps for c, a in step.items()):
            service, _, method = call.partition(".")
            reply = getattr(self.aws(service), method)(**_documents_as_text(arguments))
            if key := reply.get("AccessKey"):
                pair = AccessKeyPair(key_id=key["AccessKeyId"], secret=key["SecretAccessKey"])
                self.by_hand.append((key["UserName"], pair))

    def answer(self, *unique_ids: str) -> None:
        """In the roster: these users are the leaver's, though they were made afterwards."""
        path = self.work / "leavers.yaml"
        roster = yaml.safe_load(path.read_text(encoding="utf-8"))
        roster["subjects"][0]["left_at"] = roster["subjects"][0]["left_at"].isoformat()
        roster["subjects"][0]["aliases"] += [{"aws_unique_id": i} for i in unique_ids]
        path.write_text(yaml.safe_dump(roster), encoding="utf-8")

    def unique_ids(self) -> list[str]:
        """Of the leaver's users."""
        users = self.aws("iam").list_users()["Users"]
        return [user["UserId"] for user in users if user["UserName"].startswith(LEAVER)]

    def collect_keys(self) -> None:
        """The keys that are in the states now, and those made by hand."""
        for user, pair in (*self._managed(), *self.by_hand):
            known = self.keys.setdefault(user, [])
            if pair not in known:
                known.append(pair)

    def _managed(self) -> Iterator[tuple[str, AccessKeyPair]]:
        for root in self.roots:
            state = json.loads((root / "terraform.tfstate").read_bytes())
            for made in (r for r in state["resources"] if r["type"] == "aws_iam_access_key"):
                for one in (instance["attributes"] for instance in made["instances"]):
                    yield one["user"], AccessKeyPair(key_id=one["id"], secret=one["secret"])

    def answers(self, key: AccessKeyPair) -> bool:
        """Is any call with this key answered?"""
        return True in probe(self.world, key).values()

    # ------------------------------------------------------------------ the verbs

    def sources(self, *, live: bool = True) -> tuple[str, ...]:
        states = [r / "terraform.tfstate" for r in self.roots]
        named = [str(s.relative_to(self.work)) for s in states if s.exists()]
        return (
            *("--subjects", "leavers.yaml", "--terraform", "repository"),
            *(word for state in named for word in ("--state", state)),
            *(_LIVE if live else ()),
        )

    def scan(self, *more: str, live: bool = True) -> Ran:
        return run("scan", *self.sources(live=live), "--format", "json", *more)

    def plan(self, *more: str) -> Ran:
        return run("plan", *self.sources(), "--out", self.folder, *more)

    def approve(self) -> Ran:
        return run("approve", f"{self.folder}/plan.json", "--by", "lead@example.com")

    def apply(self, *more: str) -> Ran:
        return run("apply", f"{self.folder}/plan.json", *more)

    def prove(self) -> Ran:
        program = str(self.program())
        plan = f"{self.folder}/plan.json"
        return run("prove", plan, "--terraform", program, "--format", "json")

    def verify(self, *more: str) -> Ran:
        return run("verify", f"{self.folder}/plan.json", "--settle", "0", "--format", "json", *more)

    def apply_patches(self) -> None:
        """The recorded commands; what they promise has to come out."""
        Checkout(self.work).apply(self.plan_json)


def staged(name: str, server: StrictServer, toolchain: Toolchain, work: Path) -> Stage:
    """Empties ``server`` and puts the case ``name`` on it, and its files below ``work``."""
    server.app.reset()
    stage = Stage(name=name, server=server, toolchain=toolchain, work=work)
    folder = CASES / name
    stage.lay("before")
    (stage.repository / ".gitignore").write_text(_IGNORED, encoding="utf-8")
    override = provider_override(toolchain, server.url, _SERVICES)
    for root in stage.roots:
        (root / "provider_override.tf").write_text(override, encoding="utf-8")
        stage.terraform(root).apply()
    stage.git("init", "-q")
    stage.commit("The team")
    if (folder / "now").exists():
        stage.lay("now")
        stage.commit("What is not applied yet")
    if (steps := folder / "by_hand.yaml").exists():
        stage.do_by_hand(yaml.safe_load(steps.read_text(encoding="utf-8")))
    stage.collect_keys()
    # Before anybody left: what is used afterwards is in use, and the tool leaves it alone.
    assert all(stage.answers(key) for keys in stage.keys.values() for key in keys)
    roster, left_at = (folder / "leavers.yaml").read_text(encoding="utf-8"), leaving_now()
    (work / "leavers.yaml").write_text(roster.replace("{now}", left_at), encoding="utf-8")
    # Nothing is applied to somebody who is still there: the second has to be over.
    sleep(max(0.0, (datetime.fromisoformat(left_at) - stage.now()).total_seconds()))
    return stage


def _documents_as_text(value: Mapping[str, Any]) -> dict[str, Any]:
    """boto3 wants policies as text; a file is read more easily with the policy itself in it."""
    return {
        k: json.dumps(v)
        if isinstance(v, dict) and "Statement" in v
        else _documents_as_text(v)
        if isinstance(v, dict)
        else v
        for k, v in value.items()
    }
