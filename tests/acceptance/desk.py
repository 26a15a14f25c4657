"""What a person at the command line has: a cloud, a directory, a roster, a clock and the verbs."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from iac_offboard.cli import main
from iac_offboard.demo.calls import Caller
from iac_offboard.demo.strict import AccessKeyPair, StrictServer, WriteEntry

HOME, OTHER = "111122223333", "444455556666"
OTHER_ROLE = f"arn:aws:iam::{OTHER}:role/OrganizationAccountAccessRole"
ALICE, BOB = (f"arn:aws:iam::{HOME}:user/{name}" for name in ("alice", "bob"))
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
SUBJECT = "leaver-2041"
LATER = "2099-01-01T00:00:00Z"  # whatever a test makes was made before the subject left
LONG_AGO = "2020-01-01T00:00:00Z"
ORGANIZATION = ("--live", "aws", "--aws-organization", "OrganizationAccountAccessRole")
ONE_ACCOUNT = ("--live", "aws", "--service", "iam")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One run of the command line."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def said(self, *words: str) -> bool:
        return all(word in self.out + self.err for word in words)


def run(*arguments: str) -> Ran:
    """``iac-offboard ARGUMENTS`` in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(arguments)
    return Ran(code=code, out=out.getvalue(), err=err.getvalue())


@cache
def _caller(url: str, key: AccessKeyPair) -> Caller:
    """Clients are slow to make; the server and its first key last for a whole module."""
    return Caller(url, key)


@dataclass(slots=True)
class Desk:
    """``here`` is the working directory of the test; ``server`` a strict AWS, empty at first."""

    server: StrictServer
    here: Path
    aliases: list[object] = field(default_factory=lambda: [ALICE])
    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        """The clock of the command line; ``ahead`` turns it forward."""
        return datetime.now(UTC) + self.ahead

    # ------------------------------------------------------------------ the cloud

    @property
    def app(self) -> Any:
        return self.server.app

    def aws(self, service: str = "iam") -> Any:
        return _caller(self.server.url, self.server.app.config.root).client(service)

    def other(self, service: str = "iam") -> Any:
        """In the second account, which has to be there (``second_account``)."""
        root = _caller(self.server.url, self.server.app.config.root)
        return Caller(self.server.url, root.assume(OTHER_ROLE, "setup")).client(service)

    def second_account(self) -> None:
        self.server.app.add_account(OTHER, "security")

    def user(self, name: str = "alice", iam: Any = None) -> str:
        """A new user with one key; the unique id."""
        iam = iam or self.aws()
        made: str = iam.create_user(UserName=name)["User"]["UserId"]
        iam.create_access_key(UserName=name)
        return made

    def keys(self, name: str = "alice") -> dict[str, str]:
        found = self.aws().list_access_keys(UserName=name)["AccessKeyMetadata"]
        return {key["AccessKeyId"]: key["Status"] for key in found}

    def users(self, iam: Any = None) -> list[str]:
        found = (iam or self.aws()).list_users()["Users"]
        return sorted(user["UserName"] for user in found)

    def writes(self) -> list[WriteEntry]:
        """Every write since ``forget_writes``, refused ones too."""
        return list(self.server.app.ledger.writes)

    def effects(self) -> Counter[tuple[str, str, str]]:
        """Writes that went through, by operation, account and target."""
        return Counter((w.operation, w.account, w.target) for w in self.writes() if not w.error)

    def forget_writes(self) -> None:
        self.server.app.reset_counts()

    # ------------------------------------------------------------------ the files

    @property
    def case(self) -> Path:
        return self.here / "case"

    @property
    def plan_file(self) -> Path:
        return self.case / "plan.json"

    @property
    def plan_json(self) -> Any:
        return json.loads(self.plan_file.read_bytes())

    def actions(self, phase: str = "") -> list[str]:
        return [a["verb"] for a in self.plan_json["actions"] if phase in ("", a["phase"])]

    def write(self, name: str, text: str) -> Path:
        path = self.here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def roster(self, *aliases: object, left_at: str = LATER, **more: object) -> str:
        """leavers.json with one subject; its path."""
        subject = {
            "id": SUBJECT,
            "kind": "person",
            "left_at": left_at,
            "case": "HR-1234",
            "aliases": list(aliases or self.aliases),
            **more,
        }
        body = {"version": 1, "subjects": [subject]}
        return str(self.write("leavers.json", json.dumps(body)))

    # ------------------------------------------------------------------ the verbs

    def scan(self, *more: str) -> Ran:
        return run("scan", "--subjects", self._subjects(), *more)

    def plan(self, *more: str) -> Ran:
        return run("plan", "--subjects", self._subjects(), "--out", str(self.case), *more)

    def approve(self) -> Ran:
        return run("approve", str(self.plan_file), "--by", "lead@example.com", "--early")

    def apply(self, *more: str) -> Ran:
        return run("apply", str(self.plan_file), *more)

    def verify(self, *more: str) -> Ran:
        return run("verify", str(self.plan_file), "--settle", "0", *more)

    def planned(self, *more: str) -> None:
        """A plan that is complete and approved, and no write counted yet."""
        made = self.plan(*more)
        assert made.code == 0, made.out + made.err
        approved = self.approve()
        assert approved.code == 0, approved.err
        self.forget_writes()

    def _subjects(self) -> str:
        path = self.here / "leavers.json"
        return str(path) if path.exists() else self.roster()


def files_below(directory: Path) -> Iterable[Path]:
    return (path for path in directory.rglob("*") if path.is_file())
