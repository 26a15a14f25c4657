"""Which Terraform and which provider are taken, and what a run hands over to them."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from iac_offboard.demo.terraform import TerraformRun, provider_override
from iac_offboard.demo.toolchain import Toolchain, find_toolchain
from iac_offboard.errors import ToolError
from iac_offboard.terraform import running
from tests.processes import Held


def _mirror(
    base: Path, version: str, host: str = "registry.example", provider: str = "aws"
) -> Path:
    directory = base / host / "hashicorp" / provider / version / "linux_amd64"
    return _executable(directory, f"terraform-provider-{provider}_v{version}_x5")


def _executable(directory: Path, name: str) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    executable = directory / name
    executable.write_text("#!/bin/sh\n")
    executable.chmod(0o755)
    return directory


def _terraform(directory: Path, body: str) -> Path:
    directory.mkdir(exist_ok=True)
    script = directory / "terraform"
    script.write_text(
        "#!/bin/sh\n"
        'if [ "$1" = version ]; then echo \'{"terraform_version": "9.9.9"}\'; exit 0; fi\n' + body
    )
    script.chmod(0o755)
    return script


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    _terraform(tmp_path / "bin", "")
    return {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "HOME": str(tmp_path / "home")}


def test_the_newest_provider_of_all_mirrors_is_taken(tmp_path: Path, env: dict[str, str]) -> None:
    _mirror(tmp_path / "a", "100.2.0")
    newest = _mirror(tmp_path / "b", "100.10.0")
    env["IAC_OFFBOARD_TERRAFORM_PROVIDERS"] = f"{tmp_path / 'a'}{os.pathsep}{tmp_path / 'b'}"
    found = find_toolchain(environ=env)
    assert found.provider_dir == newest
    assert (found.provider_version, found.provider_major) == ("100.10.0", 100)
    assert found.terraform == (str(tmp_path / "bin" / "terraform"),)
    assert (found.terraform_version, found.bundled) == ("9.9.9", False)


@pytest.mark.parametrize(
    "where",
    [
        "home/.terraform.d/plugins",
        "home/.local/share/terraform/plugins",
        "data/terraform/plugins",
        "cache",
        "mirror",
    ],
)
def test_terraforms_own_places_are_searched(
    tmp_path: Path, env: dict[str, str], where: str
) -> None:
    wanted = _mirror(tmp_path / where, "100.0.0")
    env["XDG_DATA_DIRS"] = str(tmp_path / "data")
    env["TF_PLUGIN_CACHE_DIR"] = str(tmp_path / "cache")
    (tmp_path / "home").mkdir(exist_ok=True)
    (tmp_path / "home" / ".terraformrc").write_text(
        "provider_installation {\n"
        f'  filesystem_mirror {{\n    path = "{tmp_path}/mirror"\n  }}\n'
        "}\n"
    )
    assert find_toolchain(environ=env).provider_dir == wanted


def test_a_directory_with_two_executables_is_not_a_provider(
    tmp_path: Path, env: dict[str, str]
) -> None:
    directory = _mirror(tmp_path / "a", "100.0.0")
    _executable(directory, "terraform-provider-aws_old")
    env["IAC_OFFBOARD_TERRAFORM_PROVIDERS"] = str(tmp_path / "a")
    env["IAC_OFFBOARD_CACHE_DIR"] = str(tmp_path / "cache")
    assert find_toolchain(environ=env).provider_dir != directory


def test_googles_provider_comes_from_a_mirror_else_from_the_path(
    tmp_path: Path, env: dict[str, str]
) -> None:
    _mirror(tmp_path / "a", "100.0.0")
    _executable(tmp_path / "beta", "terraform-provider-google-beta_v9.0.0")
    program = _executable(tmp_path / "programs", "terraform-provider-google")
    env["PATH"] += f"{os.pathsep}{tmp_path / 'beta'}{os.pathsep}{program}"
    env["IAC_OFFBOARD_TERRAFORM_PROVIDERS"] = str(tmp_path / "a")
    found = find_toolchain(provider="google", environ=env)
    assert (found.provider, found.provider_dir, found.provider_version) == ("google", program, "")
    mirrored = _mirror(tmp_path / "a", "7.1.0", provider="google")
    found = find_toolchain(provider="google", environ=env)
    assert (found.provider_dir, found.provider_version) == (mirrored, "7.1.0")
    assert find_toolchain(environ=env).provider == "aws"


def test_without_googles_provider_it_is_said_what_to_provide(env: dict[str, str]) -> None:
    env["PATH"] = env["PATH"].partition(os.pathsep)[0]
    with pytest.raises(ToolError, match=r"No Google provider.*terraform-provider-google.*PATH"):
        find_toolchain(provider="google", environ=env)


def test_a_wrong_terraform_is_named_and_not_silently_replaced(env: dict[str, str]) -> None:
    env["IAC_OFFBOARD_TERRAFORM"] = "/nowhere/terraform"
    with pytest.raises(ToolError, match=r"/nowhere/terraform.*IAC_OFFBOARD_TERRAFORM"):
        find_toolchain(environ=env)


def _run(tmp_path: Path, body: str, **env: str) -> TerraformRun:
    script = _terraform(tmp_path / "bin", body)
    toolchain = Toolchain(
        terraform=(str(script),),
        provider_dir=tmp_path / "provider",
        terraform_version="9.9.9",
        provider_version="5.0.0",
        bundled=False,
    )
    return TerraformRun(toolchain, tmp_path, env)


def test_secrets_of_the_environment_are_blanked_in_errors(tmp_path: Path) -> None:
    body = 'echo "noise"; echo "Error: no $AWS_SECRET_ACCESS_KEY in $AWS_REGION" >&2; exit 1\n'
    run = _run(tmp_path, body, AWS_SECRET_ACCESS_KEY="canary-canary", AWS_REGION="eu-west-1")
    with pytest.raises(ToolError) as failure:
        run.apply()
    assert "canary" not in str(failure.value)
    assert "Error: no [redacted] in eu-west-1" in str(failure.value)
    assert "noise" not in str(failure.value)


def test_a_run_sees_its_own_configuration_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", "/ambient/terraform.rc")
    monkeypatch.setenv("TF_CLI_ARGS", "-destroy")
    monkeypatch.setenv("AWS_PROFILE", "ambient")
    run = _run(tmp_path, 'env; cat "$TF_CLI_CONFIG_FILE"\n')
    _, seen, _ = run.run("plan")
    assert "ambient" not in seen
    assert "TF_CLI_ARGS" not in seen
    assert "CHECKPOINT_DISABLE=1" in seen
    assert f'"hashicorp/aws" = "{tmp_path / "provider"}"' in seen


def test_an_interrupt_ends_terraform(tmp_path: Path) -> None:
    held = Held(tmp_path)
    run = _run(tmp_path, f"{held.hold}; exec sleep 600\n")

    def interrupt() -> None:
        while not held.is_held():
            os.sched_yield()
        os.kill(os.getpid(), signal.SIGINT)

    # Whoever starts the tests in the background has the signal ignored: then nothing would end.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        thread = threading.Thread(target=interrupt)
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            run.plan()
        thread.join()
    finally:
        signal.signal(signal.SIGINT, before)
    assert not held.is_held()


def test_the_provider_block_fits_the_major_version(tmp_path: Path) -> None:
    new = _run(tmp_path, "").toolchain
    old = Toolchain(
        terraform=new.terraform,
        provider_dir=new.provider_dir,
        terraform_version="9.9.9",
        provider_version="3.39.0",
        bundled=True,
    )
    assert "s3_use_path_style" in provider_override(new, "http://x", ("iam",))
    assert "skip_get_ec2_platforms" not in provider_override(new, "http://x", ("iam",))
    assert "s3_force_path_style" in provider_override(old, "http://x", ("iam",))
    assert "skip_get_ec2_platforms" in provider_override(old, "http://x", ("iam",))


def test_where_the_path_has_none_the_one_of_python_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(running.BINARY, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = running.find()
    assert found is not None
    assert (found.command, found.name) == (running.EMBEDDED, "terraform")
    assert running.find("tofu") is None
    (tmp_path / "tofu").write_text("#!/bin/sh\n")
    (tmp_path / "tofu").chmod(0o755)
    chosen = running.find()
    assert chosen is not None
    assert (chosen.command, chosen.is_tofu) == ((str(tmp_path / "tofu"),), True)
