"""Which files make a root: modules, tfvars, links, and what could not be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from iac_offboard.hcl.files import DiskFiles, Overlay
from iac_offboard.hcl.plain import JSON, to_plain
from iac_offboard.hcl.repository import load
from iac_offboard.hcl.values import Unknown
from iac_offboard.model import NoteKind, SkipReason
from tests.hcl.trees import Memory, Tree


def test_tfvars_in_terraform_order_and_var_files_last() -> None:
    files = {
        "main.tf": 'variable "a" { default = "default" }\nvariable "b" {}\nvariable "c" {}\n'
        'variable "d" {}\noutput "x" { value = [var.a, var.b, var.c, var.d] }\n',
        "terraform.tfvars": 'b = "tfvars"\nc = "tfvars"\nd = "tfvars"\n',
        "terraform.tfvars.json": '{"c": "json"}',
        "a.auto.tfvars": 'c = "a"\nd = "a"\n',
        "b.auto.tfvars.json": '{"c": "b"}',
        "prod.tfvars": 'd = "prod"\n',
    }
    memory = Memory(files)
    outputs = load(memory, var_files={".": ["prod.tfvars"]}).roots[0].outputs
    assert to_plain(outputs) == {"x": ["default", "tfvars", "b", "prod"]}


def test_roots_are_the_directories_that_nobody_calls() -> None:
    tree = Tree(
        {
            "envs/prod/main.tf": 'module "m" { source = "../../m" }\n',
            "envs/dev/main.tofu": 'resource "t" "x" {}\n',
            "m/main.tf": "",
            ".terraform/x/main.tf": "",
            "ring/a/main.tf": 'module "b" { source = "../b" }\n',
            "ring/b/main.tf": 'module "a" { source = "../a" }\n',
            "self/main.tf": 'module "s" { source = "./" }\n',
        }
    )
    assert [r.path for r in tree.repository.roots] == ["envs/dev", "envs/prod", "ring/a", "self"]
    assert {s.reason for s in tree.repository.skipped} == {SkipReason.UNSUPPORTED}


def test_an_absent_module_is_a_boundary_with_its_arguments() -> None:
    tree = Tree(
        {
            "main.tf": 'module "u" {\n  source = "terraform-aws-modules/iam/aws"\n'
            '  version = "5.1.0"\n  name = "alice"\n}\noutput "x" { value = module.u.arn }\n'
        }
    )
    call = tree.root.calls[0]
    assert (call.present, to_plain(call.args)) == (False, {"name": "alice"})
    assert tree.spans(call.args.get("name")) == ["alice"]
    value = tree.value()
    assert isinstance(value, Unknown)
    assert value.ref == "module.u.arn"
    assert [n.kind for n in tree.repository.notes] == [NoteKind.BOUNDARY]
    assert tree.repository.skipped == ()


def test_downloaded_modules_are_read_and_never_edited() -> None:
    tree = Tree(
        {
            "main.tf": 'module "u" { source = "x/y/z" }\n',
            ".terraform/modules/modules.json": '{"Modules": '
            '[{"Key": "u", "Dir": ".terraform/modules/u"}]}',
            ".terraform/modules/u/main.tf": 'resource "t" "x" { l = ["alice"] }\n',
        }
    )
    found = tree.resource("module.u.t.x")
    assert to_plain(found.attrs) == {"l": ["alice"]}
    value = found.attrs.get("l")
    assert value is not None
    assert tree.element_slots(value) == [[]]
    assert not found.editable


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("bad.tf", b'resource "t" {\n  a = [1,\n', SkipReason.UNPARSEABLE),
        ("crypt.tf", b"\x00GITCRYPT\x00abc", SkipReason.ENCRYPTED),
        ("x.auto.tfvars", b"\x00GITCRYPT\x00abc", SkipReason.ENCRYPTED),
        ("x.auto.tfvars", b"\xff\xfe\x00", SkipReason.ENCRYPTED),
        ("x.auto.tfvars.json", b'{"a": ', SkipReason.UNPARSEABLE),
        ("bad.tf.json", b"[1]", SkipReason.UNPARSEABLE),
        ("conflict.tf", b"<<<<<<< HEAD\n=======\n>>>>>>> x\n", SkipReason.UNPARSEABLE),
        ("deep.tf", b"a = " + b"[" * 5000 + b"]" * 5000, SkipReason.UNSUPPORTED),
        ("deep.tf", b"a {\n" * 3000 + b"}\n" * 3000, SkipReason.UNSUPPORTED),
        (
            "deep.auto.tfvars.json",
            b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}",
            SkipReason.UNSUPPORTED,
        ),
    ],
)
def test_an_unreadable_file_is_skipped_and_the_rest_is_read(
    name: str, data: bytes, reason: SkipReason
) -> None:
    tree = Tree({"main.tf": 'resource "t" "x" { a = 1 }\n', name: data})
    assert [(s.where, s.reason) for s in tree.repository.skipped] == [(name, reason)]
    assert to_plain(tree.resource("t.x").attrs) == {"a": 1}


@pytest.mark.parametrize(
    "expression",
    ['yamldecode(file("gone.yaml"))', 'file("gone.yaml")', 'templatefile("gone.yaml", {})'],
)
def test_a_missing_data_file_is_skipped_unless_it_is_tried(expression: str) -> None:
    source = f'resource "t" "x" {{ a = {expression} }}\n'
    assert [s.where for s in Tree({"main.tf": source}).repository.skipped] == ["gone.yaml"]
    tried = Tree({"main.tf": source.replace(expression, f'try({expression}, "none")')})
    assert tried.repository.skipped == ()
    assert to_plain(tried.resource("t.x").attrs) == {"a": "none"}


def test_edits_are_evaluated_without_touching_the_disk(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('output "x" { value = "before" }\n')
    base = DiskFiles(tmp_path)
    edited = Overlay(base, {"main.tf": b'output "x" { value = "after" }\n', "n.tf": b"locals {}\n"})
    plain: list[JSON] = [to_plain(load(f).roots[0].outputs) for f in (base, edited)]
    assert plain == [{"x": "before"}, {"x": "after"}]


def test_nothing_outside_the_top_is_read(tmp_path: Path) -> None:
    top = tmp_path / "top"
    top.mkdir()
    (tmp_path / "secret.tf").write_text('resource "t" "secret" {}\n')
    (top / "link.tf").symlink_to(tmp_path / "secret.tf")
    (top / "main.tf").write_text(
        'module "up" { source = "../" }\nresource "t" "x" { a = file("../secret.tf") }\n'
    )
    (top / "big.tf").write_text("# " + "x" * 2000)
    repository = load(DiskFiles(top, max_file_size=1000))
    assert [r.address for r in repository.roots[0].resources] == ["t.x"]
    assert {(s.where, s.reason) for s in repository.skipped} == {
        ("link.tf", SkipReason.OUTSIDE),
        (".: module.up", SkipReason.OUTSIDE),
        ("../secret.tf", SkipReason.OUTSIDE),
        ("big.tf", SkipReason.TOO_LARGE),
    }


def test_a_linked_file_is_the_file_itself(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "envs").mkdir()
    (tmp_path / "shared" / "users.data").write_text('resource "t" "x" { a = ["alice"] }\n')
    (tmp_path / "envs" / "users.tf").symlink_to("../shared/users.data")
    (tmp_path / "envs" / "ring").symlink_to("..")
    (tmp_path / "envs" / "again").symlink_to("../envs")
    repository = load(DiskFiles(tmp_path))
    assert [r.path for r in repository.roots] == ["envs"]
    assert repository.roots[0].resources[0].file == "shared/users.data"
    edited = Overlay(DiskFiles(tmp_path), {"shared/users.data": b'resource "t" "y" {}\n'})
    assert load(edited).roots[0].resources[0].address == "t.y"


def test_a_try_around_a_name_hides_no_file_that_the_name_could_not_read() -> None:
    """Terraform evaluates a local by itself: what fails there is caught by no ``try`` elsewhere."""
    tolerated = Tree({"main.tf": 'output "o" {\n  value = try(file("none.txt"), "d")\n}\n'})
    named = Tree(
        {
            "main.tf": 'locals {\n  x = file("none.txt")\n}\n'
            'output "o" {\n  value = try(local.x, "d")\n}\n'
        }
    )
    assert tolerated.root.outputs.get("o") is not None
    assert tolerated.repository.skipped == ()
    assert named.root.outputs.get("o") is not None
    assert [s.where for s in named.repository.skipped] == ["none.txt"]


def test_a_tfvars_file_is_evaluated_at_the_roots_that_it_fits_not_at_every_root() -> None:
    several = 'variable "project" { default = "" }\nvariable "region" { default = "" }\n'
    files = {f"live/r{i:02}/main.tf": 'variable "project" { default = "" }\n' for i in range(12)}
    files |= {f"live/r{i:02}/main.tf": several for i in (3, 7)}
    files |= {f"vars/{i}.tfvars": 'project = "p"\nregion = "eu"\n' for i in range(10)}
    found = load(Memory(files))
    variants = [(root.path, root.variant) for root in found.roots if root.variant]
    assert variants == [(f"live/r{n}", f"vars/{i}.tfvars") for n in ("03", "07") for i in range(10)]
    assert "vars/0.tfvars: is evaluated at 2 of 12 root modules that it may be for" in {
        f"{note.where}: {note.text}" for note in found.notes
    }


def test_every_name_of_a_tfvars_file_that_fits_no_root_is_read_at_one() -> None:
    files = {f"live/r{i:02}/main.tf": f'variable "v{i}" {{}}\nvariable "p" {{}}' for i in range(12)}
    files["vars/all.tfvars"] = 'p = "p"\nv4 = "a"\nv9 = "b"\n'
    variants = {root.path for root in load(Memory(files)).roots if root.variant}
    assert variants == {"live/r04", "live/r09"}


@pytest.mark.parametrize(
    ("inside", "variants"),
    [
        ("required_providers {}", [""]),
        ('cloud {\n    workspaces {\n      name = "x"\n    }\n  }', ["", "terraform"]),
    ],
)
def test_what_only_tells_versions_is_the_same_for_both_tools(
    inside: str, variants: list[str]
) -> None:
    text = f"terraform {{\n  {inside}\n}}\n"
    found = load(Memory({"versions.tf": text, "versions.tofu": text, "main.tf": ""}))
    assert [root.variant.replace("workspace x", "").strip(", ") for root in found.roots] == variants
