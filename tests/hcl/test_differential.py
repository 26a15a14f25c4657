"""Our evaluator against real Terraform: no value that we claim to know may be another one.

The default suite asks for a few hundred expressions in one run of ``terraform console`` and for
a few configurations in one plan; ``make test-real`` asks for thousands. Examples are drawn from
fixed seeds, so that a run says the same as the last one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from iac_offboard.demo.terraform import TerraformRun
from iac_offboard.demo.toolchain import find_toolchain
from iac_offboard.hcl.convert import has_unknown
from iac_offboard.hcl.plain import JSON, to_plain
from tests.hcl import differential
from tests.hcl.configurations import configurations, files
from tests.hcl.differential import PRELUDE, agrees, compare, expected, found, report
from tests.hcl.dynamic_blocks import HEAD, pipelines
from tests.hcl.expressions import expressions
from tests.hcl.trees import Tree

T = TypeVar("T")

MOST_REFUSED = 0.03
"""What Terraform refuses and we evaluate. Terraform knows the types of empty collections, and
fails as a whole where one element does; we keep the other elements on purpose."""
FEWEST_KNOWN = 0.95
"""Of what Terraform knows, the part that we know too."""


def drawn(strategy: st.SearchStrategy[T], count: int, number: int) -> list[T]:
    """Different examples of a strategy, the same ones in each run."""
    examples: list[T] = []

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: T) -> None:
        examples.append(example)

    collect()
    return list(dict.fromkeys(examples))


def check_expressions(directory: Path, asked: Sequence[str]) -> None:
    theirs, ours = expected(directory, asked, PRELUDE), found(asked, PRELUDE)
    compared = [compare(*three) for three in zip(asked, theirs, ours, strict=True)]
    wrong = [m for m in compared if m is not None]
    values = [m for m in wrong if not m.refused]
    assert not values, report(values)
    refused = [m for m in wrong if m.refused]
    assert len(refused) <= MOST_REFUSED * len(asked), report(refused)
    known = [o for t, o in zip(theirs, ours, strict=True) if t is not None]
    assert len(known) > len(asked) / 4, "the expressions are to have values"
    claimed = [o for o in known if o is not None and not has_unknown(o)]
    assert len(claimed) >= FEWEST_KNOWN * len(known)


@pytest.mark.terraform
def test_expressions(tmp_path: Path) -> None:
    check_expressions(tmp_path, drawn(expressions(2), 250, 1))


@pytest.mark.real
@pytest.mark.terraform
@pytest.mark.parametrize("number", range(4))
def test_many_expressions(tmp_path: Path, number: int) -> None:
    check_expressions(tmp_path, drawn(expressions(3), 1_200, 100 + number))


def check_configurations(directory: Path, count: int, number: int) -> None:
    tree = files(drawn(configurations(), count, number))
    for path, text in tree.items():
        (directory / path).parent.mkdir(exist_ok=True)
        (directory / path).write_text(text, encoding="utf-8")
    run = TerraformRun(differential.toolchain(), directory, {})
    run.get()
    plan = json.loads(run.plan().json)
    root = Tree(tree).root
    outputs = {e.key.text: to_plain(e.value) for e in root.outputs.entries}
    theirs = {name: output["value"] for name, output in plan["planned_values"]["outputs"].items()}
    assert outputs.keys() == theirs.keys()
    for name, value in theirs.items():
        assert agrees(outputs[name], value), (name, outputs[name], value)
    instances = {c["address"]: c["change"]["after"].get("input") for c in plan["resource_changes"]}
    ours = {r.address: r.attrs.get("input") for r in root.resources}
    assert ours.keys() == instances.keys()
    for address, given_ in ours.items():
        assert given_ is not None
        assert agrees(to_plain(given_), instances[address]), address


@pytest.mark.terraform
def test_configurations(tmp_path: Path) -> None:
    check_configurations(tmp_path, 6, 1)


@pytest.mark.real
@pytest.mark.terraform
def test_many_configurations(tmp_path: Path) -> None:
    check_configurations(tmp_path, 60, 2)


_OFFLINE = """\
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
%s}
"""


@pytest.mark.real
@pytest.mark.terraform
def test_dynamic_blocks(tmp_path: Path) -> None:
    """What blocks a ``dynamic`` makes only a provider's plan tells: here one that asks no cloud."""
    drawn_ = drawn(pipelines(), 60, 3)
    blocks = [
        f'resource "aws_codepipeline" "p{i}" {{\n  name = "p{i}"\n{body}}}\n'
        for i, body in enumerate(drawn_)
    ]
    toolchain = find_toolchain()
    old = "  skip_get_ec2_platforms      = true\n" if toolchain.provider_major < 4 else ""
    text = "\n".join([HEAD, *blocks])
    (tmp_path / "main.tf").write_text(text, encoding="utf-8")
    (tmp_path / "provider.tf").write_text(_OFFLINE % old, encoding="utf-8")
    plan = json.loads(TerraformRun(toolchain, tmp_path, {}).plan().json)
    theirs = {
        c["address"]: _stages(c["change"]["after"]["stage"]) for c in plan["resource_changes"]
    }
    ours = {
        r.address: _stages(to_plain(stage))
        for r in Tree({"main.tf": text}).root.resources
        if (stage := r.attrs.get("stage")) is not None
    }
    assert ours == theirs
    assert len({str(stages) for stages in ours.values()}) > 30, "they are to differ"


def _stages(stages: JSON) -> JSON:
    """[name, names of its actions] of each."""
    assert isinstance(stages, list)
    found_: list[JSON] = []
    for stage in stages:
        assert isinstance(stage, dict)
        actions = stage["action"]
        assert isinstance(actions, list)
        names: list[JSON] = [action["name"] for action in actions if isinstance(action, dict)]
        found_.append([stage["name"], names])
    return found_
