"""Whole trees: resources, instances and modules."""

from __future__ import annotations

from iac_offboard.hcl.plain import to_plain
from iac_offboard.hcl.repository import load
from iac_offboard.hcl.values import Map, Piece, Str, Unknown, Value
from iac_offboard.model import CutKind
from tests.hcl.trees import Memory, Tree

USER = 'variable "name" {}\nresource "aws_iam_user" "this" {\n  name = var.name\n}\n' + (
    'output "name" { value = aws_iam_user.this.name }\n'
)


def test_for_each_instances_have_the_slots_of_their_entry() -> None:
    tree = Tree(
        {
            "main.tf": 'locals { u = { alice = {}, bob = {} } }\nresource "aws_iam_user" "x" {\n'
            "  for_each = local.u\n  name = each.key\n}\n"
            'resource "t" "m" { users = values(aws_iam_user.x)[*].name }\n'
            'resource "t" "one" { user = aws_iam_user.x["bob"].name }\n'
        }
    )
    alice = tree.resource('aws_iam_user.x["alice"]')
    assert tree.slots(alice.instance_slots) == ["alice = {}"]
    assert (alice.repeat, alice.count, alice.key) == ("for_each", 2, "alice")
    users = tree.resource("t.m").attrs.get("users")
    assert users is not None
    assert tree.element_slots(users) == [["alice = {}"], ["bob = {}"]]
    assert tree.spans(tree.resource("t.one").attrs.get("user")) == ["bob"]


def test_count_over_a_list_is_traced_and_marked_as_shifting() -> None:
    tree = Tree(
        {
            "main.tf": 'locals { u = ["alice", "bob"] }\nresource "t" "x" {\n'
            "  count = length(local.u)\n  name = local.u[count.index]\n}\n"
        }
    )
    found = tree.resource("t.x[1]")
    assert tree.slots(found.instance_slots) == ['"bob"']
    assert not found.instance_slots[0].shift, "nobody stands behind the last one"
    first = tree.resource("t.x[0]")
    assert first.instance_slots[0].shift
    assert to_plain(found.attrs) == {"name": "bob"}


def test_modules_are_evaluated_through_their_callers() -> None:
    tree = Tree(
        {
            "main.tf": 'module "team" {\n  source = "./team"\n  names = ["alice", "bob"]\n}\n'
            'output "x" { value = module.team.names }\n',
            "team/main.tf": 'variable "names" { type = set(string) }\nmodule "user" {\n'
            '  source = "../user"\n  for_each = var.names\n  name = each.value\n}\n'
            'output "names" { value = values(module.user)[*].name }\n',
            "user/main.tf": USER,
        }
    )
    assert [r.path for r in tree.repository.roots] == ["."]
    alice = tree.resource('module.team.module.user["alice"].aws_iam_user.this')
    assert tree.slots(alice.instance_slots) == ['"alice"']
    assert [c.address for c in alice.module_calls] == [
        "module.team",
        'module.team.module.user["alice"]',
    ]
    assert tree.spans(alice.attrs.get("name")) == ["alice"]
    assert tree.element_slots(tree.value()) == [['"alice"'], ['"bob"']]


def test_an_unknown_for_each_is_undecided_with_what_is_known() -> None:
    tree = Tree(
        {
            "main.tf": 'variable "v" {}\nresource "t" "x" {\n'
            '  for_each = concat(["alice"], var.v)\n}\nresource "t" "y" {\n'
            '  dynamic "b" {\n    for_each = var.v\n    content { n = "carol" }\n  }\n}\n'
        }
    )
    assert [r.address for r in tree.root.resources] == ['t.x["alice"]', "t.y"]
    assert tree.slots(tree.resource('t.x["alice"]').instance_slots) == ['"alice"']
    first, second = tree.root.undecided
    assert (first.address, second.address) == ("t.x", "t.y dynamic b")
    inside = first.known[0]
    assert isinstance(inside, Unknown)
    assert to_plain(inside.inside[0]) == ["alice"]


def test_dynamic_blocks_have_the_slots_of_their_elements() -> None:
    tree = Tree(
        {
            "main.tf": 'resource "t" "x" {\n  rule { who = "root" }\n  dynamic "rule" {\n'
            '    for_each = ["alice"]\n    content { who = rule.value }\n  }\n}\n'
        }
    )
    rules = tree.resource("t.x").attrs.get("rule")
    assert rules is not None
    assert to_plain(rules) == [{"who": "root"}, {"who": "alice"}]
    assert tree.element_slots(rules) == [['rule { who = "root" }'], ['"alice"']]


def test_meta_arguments_and_references() -> None:
    tree = Tree(
        {
            "main.tf": 'resource "aws_iam_user" "a" {\n  name = "a"\n}\nresource "t" "x" {\n'
            "  provider = aws.east\n  u = [for u in [aws_iam_user.a.name] : u.x]\n"
            "  depends_on = [aws_iam_user.a]\n"
            "  lifecycle {\n    prevent_destroy = true\n"
            '    ignore_changes = [tags["x"], name]\n  }\n}\n'
        }
    )
    found = tree.resource("t.x")
    assert (found.meta.provider, found.meta.prevent_destroy) == ("aws.east", True)
    assert found.meta.ignore_changes == ("tags[x]", "name")
    assert found.block.kind is CutKind.BLOCK
    assert tree.cut(found.block).startswith('resource "t" "x"')
    block = next(b for b in tree.root.blocks if b.address == "t.x")
    assert {tree.text(r.span) for r in block.references} == {
        "aws_iam_user.a.name",
        "aws_iam_user.a",
    }


def test_computed_attributes_come_from_the_catalog() -> None:
    def computed(type_: str, attribute: str, attrs: Map) -> Value | None:
        name = attrs.get("name")
        if (type_, attribute) == ("aws_iam_user", "arn") and isinstance(name, Str):
            return Str((Piece("arn:aws:iam::1:user/"), *name.pieces))
        return None

    memory = Memory(
        {
            "main.tf": 'resource "aws_iam_user" "a" { name = "alice" }\n'
            'output "x" { value = [aws_iam_user.a.arn, aws_iam_user.a.unique_id] }\n'
        }
    )
    found = load(memory, computed=computed).roots[0].outputs.get("x")
    assert found is not None
    assert to_plain(found) == ["arn:aws:iam::1:user/alice", "\x00"]


def test_override_files_and_json_syntax() -> None:
    tree = Tree(
        {
            "a.tf": 'resource "t" "x" {\n  name = "old"\n  kept = 1\n}\n',
            "a_override.tf": 'resource "t" "x" {\n  name = "new"\n}\n',
            "b.tf.json": '{"resource": {"t": {"y": {"for_each": "${toset([\\"a\\"])}",'
            ' "members": ["user:alice", "${each.key}"]}}}}',
        }
    )
    assert to_plain(tree.resource("t.x").attrs) == {"kept": 1, "name": "new"}
    json = tree.resource('t.y["a"]')
    assert to_plain(json.attrs) == {"members": ["user:alice", "a"]}
    members = json.attrs.get("members")
    assert members is not None
    assert tree.element_slots(members)[0] == ['"user:alice"']
    assert json.block.kind is CutKind.ENTRY


def test_resources_as_for_each_keep_their_own_entries() -> None:
    tree = Tree(
        {
            "main.tf": 'resource "t" "a" {\n  for_each = toset(["alice"])\n  name = each.key\n}\n'
            'resource "t" "b" {\n  for_each = t.a\n  user = each.value.name\n'
            "  arn = each.value.arn\n}\n"
        }
    )
    found = tree.resource('t.b["alice"]')
    assert tree.slots(found.instance_slots) == ['"alice"']
    assert to_plain(found.attrs) == {"user": "alice", "arn": "\x00"}
    value = found.attrs.get("arn")
    assert isinstance(value, Unknown)
    assert value.ref == 't.a["alice"].arn'
