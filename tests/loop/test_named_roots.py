"""ROOT of --var-file and --state: what names no root module is an error, not nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hcl.golden import Case

CASE = "state-tells-what-code-does-not"


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.chdir(tmp_path)
    made = Case.copy(CASE, tmp_path)
    (tmp_path / "repo" / "p.tfvars").write_text('oncall = "alice@example.com"\n', encoding="utf-8")
    return made


@pytest.mark.parametrize("option", ["--var-file=typo=repo/p.tfvars", "--state=typo=x.tfstate"])
def test_a_root_that_is_not_there(case: Case, option: str) -> None:
    code, said = case.run("scan", option)
    assert code == 2
    assert "there is no root module typo. The root modules are: repo." in said


@pytest.mark.parametrize("root", ["repo", "./repo", "."])
def test_a_root_is_named_from_here_or_from_its_top(case: Case, root: str) -> None:
    state = f"{root}=repo/terraform.tfstate.json"
    code, said = case.run(
        "scan", f"--var-file={root}=repo/p.tfvars", f"--state={state}", "--format=json"
    )
    assert code == 1
    assert '"root": "repo"' in said
