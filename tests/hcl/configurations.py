"""Random configurations without providers: typed variables, for_each, count, nested modules.

Each is valid by construction, and a module, so that one plan of Terraform covers many. What a
configuration computes is told by its outputs and by the instances of its ``terraform_data``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

VARIABLES = """\
variable "names" {
  type    = list(string)
  default = ["alice", "bob"]
}
variable "set" {
  type = set(string)
}
variable "people" {
  type = map(object({
    mail   = optional(string, "none@x.com")
    admin  = optional(bool, false)
    groups = optional(list(string), ["all"])
    extra  = optional(object({ level = optional(number, 1), tags = optional(map(string)) }), {})
  }))
  default = { alice = {}, bob = { mail = "b@x.com", groups = ["ops", "dev"], admin = true } }
}
variable "levels" {
  type    = map(number)
  default = { a = "1", b = 2 }
}
variable "pair" {
  type    = tuple([string, number, bool])
  default = [1, "2", "true"]
}
variable "on" {
  type     = bool
  default  = true
  nullable = false
}
variable "free" {
  type    = any
  default = null
}
"""
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "names": (
        '["alice", "bob", "carol"]',
        "[]",
        '["b", 1, true]',
        'toset(["x", "a"])',
        '[for n in ["q", "r"] : upper(n)]',
    ),
    "set": ('["z", "a", "a"]', "[]", 'concat(["k"], ["k", "l"])', "[1, 2]"),
    "people": (
        "{}",
        '{ dan = { admin = "true", groups = ["dev"], other = 1 } }',
        '{ eve = { mail = null, extra = { level = "3" } }, "f g" = { groups = ["x", "x"] } }',
        '{ for n in ["m", "n"] : n => { mail = "${n}@x.com", extra = { tags = { a = 1 } } } }',
    ),
    "levels": ("{}", '{ x = "7", "y z" = 1.50 }'),
    "pair": ('["a", "10", false]',),
    "on": ("false", '"true"', "null"),
    "free": ("null", '["a", 1]', "{ a = [1, null] }", '"text"', "toset([2, 1, 2])"),
}
LOCALS = {
    "raised": '[for i, n in var.names : "${i}:${upper(n)}" if n != "bob"]',
    "admins": "{ for k, p in var.people : k => p.groups if p.admin }",
    "by_group": "{ for g in distinct(flatten([for p in var.people : p.groups])) : g =>"
    " [for k, p in var.people : k if contains(p.groups, g)] }",
    "grouped": "{ for k, p in var.people : p.mail => k... }",
    "mails": '{ for n in toset(var.names) : n => format("%s@%s", lower(n), "x.com") }',
    "pairs": '{ for p in setproduct(toset(var.names), var.set) : "${p[0]}-${p[1]}" => p }',
    "flat": "flatten([for k, p in var.people : [for g in distinct(p.groups) : "
    "{ user = k, group = g, mail = p.mail }]])",
    "merged": 'merge(var.levels, { a = 10 }, var.on ? { "c" = 3 } : {})',
    "text": '"%{ for k, v in var.levels ~}\\n${k}=${v};%{ endfor ~}"',
    "heredoc": "<<-EOT\n    %{ for n in var.names ~}\n    - ${n}\n    %{ endfor ~}\n    "
    "%{ if var.on }on%{ else }off%{ endif }\n  EOT",
    "picked": 'var.on ? var.names : ["nobody"]',
    "first": 'try(var.names[0], "nobody")',
    "document": "jsondecode(jsonencode({ p = var.people, s = var.set, f = var.free }))",
    "pair": "[var.pair[0], var.pair[1] + 1, !var.pair[2]]",
    "chunks": "chunklist(var.names, 2)",
    "zipped": "zipmap([for n in toset(var.names) : n], tolist(toset(var.names)))",
    "turned": "transpose({ for k, p in var.people : k => p.groups })",
    "levels": "[for k in sort(keys(var.levels)) : var.levels[k] * 2]",
}
KEYED: tuple[str, ...] = (
    "toset(var.names)",
    "var.set",
    "var.people",
    "local.admins",
    "local.by_group",
)
KEYED += ("local.mails", "local.pairs", '{ for x in local.flat : "${x.user}/${x.group}" => x }')
KEYED += (
    "var.on ? toset(var.names) : toset([])",
    "{ for i, n in local.raised : tostring(i) => n }",
)
COUNTED = (
    "length(var.names)",
    "var.on ? 1 : 0",
    "length(local.flat)",
    "var.on ? length(var.set) : 2",
)
EACH = (
    "each.key",
    "each.value",
    '"${each.key}!"',
    "{ k = each.key, v = each.value }",
    "local.first",
)
INDEX = ("count.index", '"n${count.index}"', "try(var.names[count.index], null)", "[count.index]")
SEEN = {
    "keys": "keys(terraform_data.keyed)",
    "inputs": "{ for k, r in terraform_data.keyed : k => r.input }",
    "values": "values(terraform_data.keyed)[*].input",
    "splat": "terraform_data.counted[*].input",
    "legacy": "terraform_data.counted.*.input",
    "one": "try(one(terraform_data.counted[*].input), length(terraform_data.counted))",
    "maybe": 'try(terraform_data.counted[0].input, "none")',
    "children": "[for k, m in module.child : [k, m.upper]]",
    "joined": 'join(",", sort(flatten([for m in module.child : m.members])))',
    "single": "[module.single.upper, module.single.members]",
}
CHILD = """\
variable "who" {
  type = object({ name = string, groups = optional(set(string), ["all"]) })
}
variable "more" {
  type     = list(string)
  default  = ["d"]
  nullable = false
}
resource "terraform_data" "member" {
  for_each = setunion(var.who.groups, var.more)
  input    = "${var.who.name}/${each.value}"
}
output "upper" {
  value = upper(var.who.name)
}
output "members" {
  value = [for m in terraform_data.member : m.input]
}
"""
WHO = ("{ name = each.key }", "{ name = each.key, groups = var.names, other = 1 }")
MORE = ("null", "var.names", "[for l in values(var.levels) : l]", "[]")


@dataclass(frozen=True, slots=True)
class Configuration:
    """``arguments``: what the caller gives; ``main``: the module's text."""

    main: str
    arguments: str
    outputs: tuple[str, ...]


@st.composite
def configurations(draw: st.DrawFn) -> Configuration:
    """A module that calls ``../child``."""
    locals_ = "".join([f"  {name} = {text}\n" for name, text in LOCALS.items()])
    names = draw(st.lists(st.sampled_from(sorted(LOCALS)), min_size=4, max_size=8, unique=True))
    outputs = {**{f"local_{n}": f"local.{n}" for n in names}, **SEEN}

    def one(choices: tuple[str, ...]) -> str:
        return draw(st.sampled_from(choices))

    main = "".join(
        [
            VARIABLES,
            f"locals {{\n{locals_}}}\n",
            f'resource "terraform_data" "keyed" {{\n  for_each = {one(KEYED)}\n',
            f"  input = {one(EACH)}\n}}\n",
            f'resource "terraform_data" "counted" {{\n  count = {one(COUNTED)}\n',
            f"  input = {one(INDEX)}\n}}\n",
            f'module "child" {{\n  source = "../child"\n  for_each = {one(KEYED)}\n',
            f"  who = {one(WHO)}\n  more = {one(MORE)}\n}}\n",
            'module "single" {\n  source = "../child"\n  who = { name = local.first }\n}\n',
            *[f'output "{n}" {{\n  value = {text}\n}}\n' for n, text in outputs.items()],
        ]
    )
    given = [f"  set = {one(ARGUMENTS['set'])}\n"]
    for name in sorted(set(ARGUMENTS) - {"set"}):
        if draw(st.booleans()):
            given.append(f"  {name} = {one(ARGUMENTS[name])}\n")
    return Configuration(main, "".join(given), tuple(outputs))


def files(many: list[Configuration]) -> Mapping[str, str]:
    """A root that calls them all, and has each of their outputs."""
    calls: list[str] = []
    for i, one in enumerate(many):
        calls.append(f'module "c{i}" {{\n  source = "./c{i}"\n{one.arguments}}}\n')
        for name in one.outputs:
            calls.append(f'output "c{i}_{name}" {{\n  value = module.c{i}.{name}\n}}\n')
    inner = {f"c{i}/main.tf": c.main for i, c in enumerate(many)}
    return {"main.tf": "".join(calls), "child/main.tf": CHILD, **inner}
