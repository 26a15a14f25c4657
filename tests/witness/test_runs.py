"""How the program is run, what becomes of what it leaves, and everything that is in its way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

import pytest

from tests.acceptance.desk import Ran, run
from tests.processes import Held
from tests.witness.bench import Bench, open_
from tests.witness.making import plan_file

SECRET = "canary-secret-5e1f0c"


def refused(ran: Ran) -> str:
    assert ran.code == 2
    assert ran.out == ""
    return ran.err


def test_the_plan_takes_no_lock_and_asks_nothing(bench: Bench) -> None:
    assert bench.prove(bench.program()).code == 0
    asked = [line.split(" ", 2)[2] for line in bench.log]
    plans = [line for line in asked if line.startswith("plan")]
    assert len(plans) == 2
    for line in plans:
        assert "-lock=false -input=false" in line
    assert all(not line.startswith(str(bench.work)) for line in bench.log), "not in the user's code"


def test_a_root_that_nobody_initialised_is_initialised_in_the_copy(bench: Bench) -> None:
    program = bench.program(init="touch initialised", plan="test -e initialised || exit 1")
    assert bench.prove(program).code == 0
    assert not (bench.work / "infra" / "initialised").exists()
    assert [line.split()[1] for line in bench.log] == [
        *("plan", "init", "plan", "show"),
        *("plan", "show"),
    ]


def test_what_init_brought_is_lent_and_not_written_to(bench: Bench) -> None:
    data = bench.work / "infra" / ".terraform"
    (data / "providers").mkdir(parents=True)
    (data / "providers" / "aws").write_text("large")
    (data / "environment").write_text("blue")
    keep = 'test "$(cat .terraform/providers/aws)" = large && echo x > .terraform/environment'
    assert bench.prove(bench.program(plan=keep)).code == 0
    assert (data / "environment").read_text() == "blue"
    assert all("init" not in line.split()[1:] for line in bench.log)


def test_variables_of_the_plan_and_of_the_pipeline_are_passed_on(bench: Bench) -> None:
    bench.write("infra/more.tfvars", "# nothing\n")
    bench.write("secret.tfvars", "# nothing\n")
    arguments = ("--subjects", "leavers.yaml", "--terraform", "infra", "--out", "case")
    assert run("plan", *arguments, "--var-file", "infra=infra/more.tfvars").code == 0
    assert bench.prove(bench.program(), "--var-file", "infra=secret.tfvars").code == 0
    (line, *_) = [line for line in bench.log if "-out=" in line]
    first, second = [w for w in line.split() if w.startswith("-var-file=")]
    assert first.endswith("/more.tfvars")
    assert not first.startswith(f"-var-file={bench.work}"), "that of the copy, which is patched"
    assert second == f"-var-file={bench.work / 'secret.tfvars'}"
    missing = bench.prove(bench.program(), "--var-file", "infra=missing.tfvars")
    assert "there is no file missing.tfvars" in refused(missing)
    nobodys = bench.prove(bench.program(), "--var-file", "other=secret.tfvars")
    assert "there is no root module other" in refused(nobodys)
    assert "is not ROOT=FILE" in refused(bench.prove(bench.program(), "--var-file", "infra"))


def test_the_workspace_of_the_terminal_is_kept(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_WORKSPACE", "blue")
    assert bench.prove(bench.program()).code == 0
    assert {line.split()[1] for line in bench.log} == {"blue"}


def test_opentofu_is_called_by_its_name(bench: Bench) -> None:
    ran = bench.prove(bench.program(name="tofu"))
    assert ran.json["roots"][0]["by"].startswith("OpenTofu ")


def test_each_program_is_asked_of_the_files_that_it_reads(bench: Bench) -> None:
    bench.write("infra/more.tf", 'output "who" {\n  value = "terraform"\n}\n')
    bench.write("infra/more.tofu", 'output "who" {\n  value = "tofu"\n}\n')
    arguments = ("--subjects", "leavers.yaml", "--terraform", "infra", "--out", "case")
    assert run("plan", *arguments).code == 0
    for name in ("terraform", "tofu"):
        ran = bench.prove(bench.program(name=name))
        assert ran.code == 3
        open_ = {r["root"]: r["open"] for r in ran.json["roots"]}
        own, other = ("infra [terraform]", "infra")[:: 1 if name == "terraform" else -1]
        assert open_[own] == []
        assert "reads other files" in open_[other][0]


def test_a_patch_that_is_merged_is_taken_back_for_the_first_plan(bench: Bench) -> None:
    (patch,) = bench.plan()["patches"]
    done = subprocess.run(patch["apply_command"], shell=True, cwd=patch["apply_in"], check=False)
    assert done.returncode == 0
    merged = (bench.work / "infra" / "main.tf").read_bytes()
    assert bench.prove(bench.program()).code == 0
    assert (bench.work / "infra" / "main.tf").read_bytes() == merged


def test_code_that_changed_since_is_refused(bench: Bench) -> None:
    main = bench.work / "infra" / "main.tf"
    main.write_bytes(main.read_bytes() + b"# more\n")
    said = refused(bench.prove(bench.program()))
    assert "infra/main.tf changed since the plan was made" in said
    assert "Plan again" in said


def test_a_patch_that_changed_since_is_refused(bench: Bench) -> None:
    patch = bench.work / "case" / "removal.patch"
    patch.write_bytes(patch.read_bytes().replace(b"carol", b"mallory"))
    assert "is not the patch that the plan was made with" in refused(bench.prove(bench.program()))
    patch.unlink()
    assert "Cannot read" in refused(bench.prove(bench.program()))


def test_no_program_at_all(bench: Bench) -> None:
    said = refused(bench.prove("no-such-terraform"))
    assert "There is no no-such-terraform to plan with" in said
    assert "--before" in said


def test_a_plan_that_fails_without_the_patch_is_not_witnessed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_TOKEN", SECRET)
    fails = (
        f"printf 'Error: no valid credentials {SECRET} https://me:{SECRET}@example.com/x\\n\\n"
        "  on main.tf line 3, in provider:\\n' >&2; exit 1"
    )
    (bench.work / "infra" / ".terraform").mkdir()
    ran = bench.prove(bench.program(plan=fails))
    said = open_(ran)
    assert "terraform plan failed: no valid credentials" in said
    assert "(on main.tf line 3)" in said
    assert SECRET not in ran.out + ran.err
    assert SECRET not in (bench.work / "case" / "witness.json").read_text()


def test_code_that_cannot_be_planned_with_the_patch_is_refuted(bench: Bench) -> None:
    fails = (
        "grep -q alice terraform.tfvars || "
        "{ echo 'Error: Reference to undeclared resource' >&2; exit 1; }"
    )
    ran = bench.prove(bench.program(plan=fails))
    assert (ran.code, ran.json["grade"]) == (1, "refuted")
    (fault,) = ran.json["roots"][0]["contradictions"]
    assert fault["text"] == (
        "with the patch, terraform plan failed: Reference to undeclared resource"
    )


def test_runs_that_are_remote_are_not_witnessed_but_by_given_plans(bench: Bench) -> None:
    bench.write("infra/cloud.tf", 'terraform {\n  cloud {\n    organization = "acme"\n  }\n}\n')
    said = open_(bench.prove(bench.program()))
    assert "its runs are remote" in said
    assert "--before ROOT=FILE" in said
    assert bench.log == []
    plans = ("--before", f"infra={plan_file('before')}", "--after", str(plan_file("right")))
    assert run("prove", "case/plan.json", *plans).code == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--before", "x.json"), "no --after"),
        (("--after", "x.json"), "no --before"),
        (("--before", "other=x.json", "--after", "x.json"), "names no root module"),
        (("--before", "missing.json", "--after", "missing.json"), "There is no plan missing.json"),
        (("--before", "x.json", "--after", "x.json"), "is no plan"),
        (("--before", "cut.json", "--after", "cut.json"), "it may be cut off"),
    ],
)
def test_plans_that_are_no_pair_are_refused(bench: Bench, given: Sequence[str], said: str) -> None:
    bench.write("x.json", "{}")
    bench.write("cut.json", plan_file("before").read_text(encoding="utf-8")[:5000])
    assert said in refused(run("prove", "case/plan.json", *given, "--format", "json"))


def test_a_plan_without_a_patch_has_nothing_to_witness(bench: Bench) -> None:
    bench.write("nobody.yaml", "version: 1\nsubjects:\n  - {id: x, kind: person, aliases: [zed]}\n")
    arguments = ("--subjects", "nobody.yaml", "--terraform", "infra", "--out", "none")
    assert run("plan", *arguments).code == 0
    ran = run("prove", "none/plan.json", "--terraform", bench.program())
    assert ran.code == 0
    assert ran.said("There is nothing to witness")
    assert bench.log == []


def test_a_plan_of_an_older_version_says_nothing_of_its_patch(bench: Bench) -> None:
    plan = bench.plan()
    del plan["effects"]
    bench.write("case/plan.json", json.dumps(plan))
    assert "Plan again with this version" in refused(bench.prove(bench.program()))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_of_a_run_that_was_ended(bench: Bench, number: signal.Signals) -> None:
    temporary = bench.work / "temporary"
    temporary.mkdir()
    held = Held(bench.work)
    program = bench.program(plan=f"{held.hold}; exec sleep 600")
    started = subprocess.Popen(
        [sys.executable, "-m", "iac_offboard", "prove", "case/plan.json", "--terraform", program],
        cwd=bench.work,
        env={**os.environ, "TMPDIR": str(temporary)},
        stderr=subprocess.PIPE,
        # Whoever starts the tests in the background has the signal ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        text=True,
    )
    while not held.is_held():
        assert started.poll() is None
        time.sleep(0.02)
    assert list(temporary.iterdir()), "the copy of the code is there"
    started.send_signal(number)
    _, said = started.communicate(timeout=120)
    assert started.returncode == 130
    assert "interrupted" in said
    assert list(temporary.iterdir()) == []
    assert not held.is_held()
    assert not (bench.work / "case" / "witness.json").exists()
