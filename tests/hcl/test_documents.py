"""Documents in strings, and data files: JSON, YAML, policy documents."""

from __future__ import annotations

import pytest

from iac_offboard.hcl.documents import document_of
from iac_offboard.hcl.faults import FileFault
from iac_offboard.hcl.json_spans import parse_json_file
from iac_offboard.hcl.plain import JSON, at, to_plain
from iac_offboard.hcl.values import Map, Value
from iac_offboard.hcl.yaml_spans import parse_yaml_file
from iac_offboard.model import CutKind
from tests.hcl.trees import Memory, Tree, output

BEFORE = 'resource "aws_iam_user" "a" { name = "alice" }\n'


def slots_at(memory: Memory, value: Value, *path: str | int) -> list[str]:
    found = at(value, path)
    assert found is not None
    return memory.slots(found[1][-1].slots)


def document(tree: Tree) -> Value:
    found = document_of(tree.value())
    assert found is not None
    return found


@pytest.mark.parametrize(
    "expression",
    [
        'jsonencode({ P = ["x", "alice"] })',
        '<<EOT\n{"P": ["x",\n  "alice"]}\nEOT',
        '<<-EOT\n    {\n      "P": ["x", "alice"]\n    }\n  EOT',
        '"{\\"P\\": [\\"x\\", \\"alice\\"]}"',
        'jsonencode(jsondecode(file("d.json")))',
        'file("d.json")',
        'templatefile("t.tpl", { who = "alice" })',
    ],
)
def test_an_element_of_a_document_knows_its_bytes(expression: str) -> None:
    tree = Tree(
        {
            "main.tf": f"output x {{\n  value = {expression}\n}}\n",
            "d.json": '{"P": ["x", "alice"]}',
            "t.tpl": '{"P": ["x", "${who}"]}\n',
        }
    )
    value = document(tree)
    assert to_plain(value) == {"P": ["x", "alice"]}
    (slot,) = slots_at(tree, value, "P", 1)
    assert slot in ('"alice"', '\\"alice\\"', '"${who}"')


def test_a_hole_inside_a_json_string_stays_a_hole() -> None:
    tree = output('<<EOT\n{"a": ["arn:${aws_iam_user.a.arn}/x", "y"]}\nEOT', BEFORE)
    value = document(tree)
    assert to_plain(value) == {"a": ["arn:\x00/x", "y"]}
    assert slots_at(tree, value, "a", 0) == ['"arn:${aws_iam_user.a.arn}/x"']


@pytest.mark.parametrize(
    "expression", ['"{\\"a\\": ${aws_iam_user.a.arn}}"', '"plain"', '"{\\"a\\": "', "1"]
)
def test_what_is_no_document_has_none(expression: str) -> None:
    assert document_of(output(expression, BEFORE).value()) is None


POLICY = """data "aws_iam_policy_document" "base" {
  statement {
    sid       = "Base"
    actions   = ["s3:*"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "d" {
  source_policy_documents = [data.aws_iam_policy_document.base.json]
  statement {
    effect = "Deny"
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::1:user/alice", "arn:aws:iam::1:user/bob"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:username"
      values   = ["alice"]
    }
  }
  dynamic "statement" {
    for_each = ["carol"]
    content {
      actions = ["sts:AssumeRole"]
      principals {
        type        = "*"
        identifiers = ["*"]
      }
      not_principals {
        type        = "AWS"
        identifiers = [statement.value]
      }
    }
  }
}
output "x" { value = data.aws_iam_policy_document.d.json }
"""


def test_a_policy_document_is_what_it_will_be() -> None:
    tree = Tree({"main.tf": POLICY})
    value = document(tree)
    users = ["arn:aws:iam::1:user/alice", "arn:aws:iam::1:user/bob"]
    expected: JSON = {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Base", "Effect": "Allow", "Action": ["s3:*"], "Resource": ["*"]},
            {
                "Effect": "Deny",
                "Principal": {"AWS": list(users)},
                "Condition": {"StringEquals": {"aws:username": ["alice"]}},
            },
            {
                "Effect": "Allow",
                "Action": ["sts:AssumeRole"],
                "Principal": "*",
                "NotPrincipal": {"AWS": ["carol"]},
            },
        ],
    }
    assert to_plain(value) == expected
    assert slots_at(tree, value, "Statement", 1, "Principal", "AWS", 0) == [
        '"arn:aws:iam::1:user/alice"'
    ]
    assert slots_at(tree, value, "Statement", 2) == ['"carol"']
    assert slots_at(tree, value, "Statement", 0)[0].startswith("statement {\n    sid")
    found = at(value, ("Statement", 1))
    assert found is not None
    assert found[1][-1].slots[0].kind is CutKind.BLOCK


YAML = """# é
people:
  - alice   # first
  - name: bob
    groups: [dev, "ops"]
by_name:
  carol: {k: v}
  dave: &d
    - x
  erin: *d
on: yes
text: |
  {"a": ["alice"]}
none:
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_yaml_items_and_entries_know_their_bytes(newline: str) -> None:
    memory = Memory({"d.yaml": YAML.replace("\n", newline)})
    value = parse_yaml_file(memory.read("d.yaml"), "d.yaml")
    assert isinstance(value, Map)
    assert to_plain(value) == {
        "people": ["alice", {"name": "bob", "groups": ["dev", "ops"]}],
        "by_name": {"carol": {"k": "v"}, "dave": ["x"], "erin": ["x"]},
        "true": True,
        "text": '{"a": ["alice"]}\n',
        "none": None,
    }
    assert slots_at(memory, value, "people", 0) == ["alice"]
    assert slots_at(memory, value, "people", 1, "groups", 1) == ['"ops"']
    assert slots_at(memory, value, "by_name", "carol") == ["carol: {k: v}"]
    assert slots_at(memory, value, "by_name", "erin") == ["erin: *d"]
    bob = newline.join(["name: bob", '    groups: [dev, "ops"]'])
    assert slots_at(memory, value, "people", 1) == [bob]
    inner = document_of(value.get("text") or value)
    assert inner is not None
    assert slots_at(memory, inner, "a", 0) == ['"alice"']


def test_data_files_reach_the_instances() -> None:
    tree = Tree(
        {
            "main.tf": 'locals { d = yamldecode(file("${path.module}/u.yaml")) }\n'
            'resource "t" "x" {\n  for_each = toset(local.d.users)\n}\n'
            'resource "t" "f" {\n  for_each = fileset("users", "*.json")\n'
            '  name = jsondecode(file("users/${each.key}")).name\n}\n',
            "u.yaml": "users: [alice, bob]\n",
            "users/carol.json": '{"name": "carol"}',
            "users/note.txt": "",
        }
    )
    assert tree.slots(tree.resource('t.x["alice"]').instance_slots) == ["alice"]
    assert tree.spans(tree.resource('t.f["carol.json"]').attrs.get("name")) == ["carol"]


@pytest.mark.parametrize(
    ("parse", "data"),
    [
        (parse_json_file, b'{"a": 1} {"b": 2}'),
        (parse_json_file, b'{"a": 1,}'),
        (parse_json_file, b""),
        (parse_json_file, b"[" * 3000 + b"]" * 3000),
        (parse_yaml_file, b"a: [1\nb: 2"),
        (parse_yaml_file, b"a: b: c"),
        (parse_yaml_file, b"[" * 3000 + b"]" * 3000),
        (parse_yaml_file, b"\xff\xfe"),
        (parse_yaml_file, b"x: ENC[AES256_GCM,data:a]\nsops:\n  mac: y\n"),
    ],
)
def test_broken_data_is_a_fault_that_names_the_file(parse: object, data: bytes) -> None:
    assert callable(parse)
    with pytest.raises(FileFault) as caught:
        parse(data, "d")
    assert caught.value.file == "d"


def test_an_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9)]
    with pytest.raises(FileFault, match="too many values"):
        parse_yaml_file("\n".join(lines).encode(), "bomb.yaml")
