"""A block that several root modules make instances of goes only when it is all of theirs."""

from __future__ import annotations

import pytest

from iac_offboard.model import CodeOrigin, CutKind
from iac_offboard.sources.terraform import TerraformSource
from tests.hcl.trees import Memory

CALL = 'module "person" {{\n  source = "../modules/person"\n  name = "{name}"\n}}\n'
MODULE = 'variable "name" {}\nresource "aws_iam_user" "x" {\n  name = var.name\n}\n'
BY_REGION = """\
variable "name" { default = "alice" }
variable "regions" { default = ["eu", "us"] }
resource "aws_iam_user" "x" {
  for_each = toset(var.regions)
  name     = var.name
}
"""


def origins(tree: dict[str, str]) -> dict[str, CodeOrigin]:
    """Where ``alice`` is, by the label of the root."""
    source = TerraformSource(directory=".", files=Memory(tree), var_files={})
    found = [o for o in source.collect(()).observations if o.binding.principal.value == "alice"]
    return {o.origin.root: o.origin for o in found if isinstance(o.origin, CodeOrigin)}


def test_a_call_is_its_own_roots_whatever_others_call_theirs() -> None:
    tree = {
        "a/main.tf": CALL.format(name="alice"),
        "b/main.tf": CALL.format(name="bob"),
        "modules/person/main.tf": MODULE,
    }
    origin = origins(tree)["a"]
    assert [(cut.kind, cut.span.file) for cut in origin.cuts] == [(CutKind.BLOCK, "a/main.tf")]


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ("", ""),
        ('  name = "bob"\n', "the leaver is spelled outside of what makes this one of several"),
    ],
)
def test_instances_of_all_roots_have_to_name_the_leaver(other: str, why: str) -> None:
    call = 'module "person" {{\n  source = "../modules/person"\n{name}}}\n'
    tree = {
        "a/main.tf": call.format(name=""),
        "b/main.tf": call.format(name=other),
        "modules/person/main.tf": BY_REGION,
    }
    # Its own call is not what spells the leaver.
    origin = origins(tree)["a"]
    assert origin.why_no_cut.startswith(why)
    files = [cut.span.file for cut in origin.cuts]
    assert files == ([] if why else ["modules/person/main.tf"])


def test_a_unit_and_a_caller_share_a_module() -> None:
    """The module of a terragrunt unit is a directory that a root may call as well."""
    tree = {
        "a/main.tf": 'module "person" {\n  source = "../modules/person"\n}\n',
        "live/terragrunt.hcl": 'terraform {\n  source = "../modules/person"\n}\n',
        "modules/person/main.tf": 'resource "aws_iam_user" "x" {\n  name = "alice"\n}\n',
    }
    found = {root: [cut.span.file for cut in origin.cuts] for root, origin in origins(tree).items()}
    assert found == {"a": ["a/main.tf"], "live [terragrunt.hcl]": []}
