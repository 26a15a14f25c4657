"""Random ``dynamic`` blocks, two deep, in resources of a real provider: it says what blocks are.

``aws_codepipeline`` holds lists of blocks in lists of blocks, is planned without asking the cloud
for anything, and leaves the names in them alone.
"""

from __future__ import annotations

from hypothesis import strategies as st

HEAD = """\
variable "names" {
  type    = list(string)
  default = ["alice", "bob"]
}

variable "on" {
  type    = bool
  default = true
}

variable "teams" {
  type = map(object({ lead = string, people = optional(list(string), ["nobody"]) }))
  default = {
    web  = { lead = "carol", people = ["alice", "dan"] }
    data = { lead = "erin" }
  }
}

locals {
  rows = [for i, n in var.names : { name = upper(n), tags = [n, "x${i}"] }]
}
"""

# (what a block is made for each of, a name of each as the block spells it)
_FLAT = (
    ('["a", "b"]', '"${IT.value}"'),
    ('["a", "b"]', '"n${IT.key}"'),
    ('toset(["z", "a", "m", "a"])', "IT.value"),
    ('toset(["z", "a"])', '"${IT.key}.${IT.value}"'),
    ('{ b = "two", a = "one" }', '"${IT.key}-${IT.value}"'),
    ('var.on ? ["c"] : []', "upper(IT.value)"),
    ('!var.on ? ["c"] : []', "IT.value"),
    ("[for i, n in var.names : n if i > 0]", '"${IT.key}${IT.value}"'),
    ("{ for n in var.names : n => length(n) }", '"${IT.key}.${IT.value}"'),
    ('distinct(concat(["bob", "a"], var.names))', "IT.value"),
    ("{ for who, team in var.teams : team.lead => who... }", '"${IT.key}-${IT.value[0]}"'),
    ("sort(keys(var.teams))", 'format("%s-%d", IT.value, IT.key)'),
    ("[]", "IT.value"),
)
# Likewise, and a collection in each.
_DEEP = (
    ("local.rows", "IT.value.name", "IT.value.tags"),
    ("var.teams", "IT.key", "IT.value.people"),
    ("values(var.teams)", "IT.value.lead", "toset(IT.value.people)"),
    ("{ for r in local.rows : r.name => r.tags }", "IT.key", "IT.value"),
)
_ACTION = """\
        category = "Build"
        owner    = "AWS"
        provider = "CodeBuild"
        version  = "1"
"""


@st.composite
def pipelines(draw: st.DrawFn) -> str:
    """The body of a resource ``aws_codepipeline``: valid, whatever was drawn."""
    deep = draw(st.booleans())
    if deep:
        outer, name, within = draw(st.sampled_from(_DEEP))
    else:
        (outer, name), within = draw(st.sampled_from(_FLAT)), ""
    inner, inner_name = draw(st.sampled_from(_FLAT))
    if within and draw(st.booleans()):
        inner, inner_name = within, "IT.value"
    first, second = draw(st.sampled_from([("stage", "action"), ("s", "a"), ("stage", "one")]))
    if draw(st.booleans()):
        inner_name = f'"${{{first}.key}}_${{{inner_name}}}"'.replace(f"{first}.key", "OUTER.key")
    named = inner_name.replace("IT", second).replace("OUTER", first)
    content = f"""\
      name = {name.replace("IT", first)}
      action {{
        name = "always"
{_ACTION}      }}
      dynamic "action" {{
        for_each = {inner.replace("IT", first)}
{_iterator(second, "action")}        content {{
          name = {named}
{_ACTION}        }}
      }}
"""
    return f"""\
  role_arn = "arn:aws:iam::111122223333:role/r"
  artifact_store {{
    location = "b"
    type     = "S3"
  }}
{_stage("first")}  dynamic "stage" {{
    for_each = {outer}
{_iterator(first, "stage")}    content {{
{content}    }}
  }}
{_stage("last")}"""


def _iterator(name: str, block: str) -> str:
    return "" if name == block else f"    iterator = {name}\n"


def _stage(name: str) -> str:
    return f"""\
  stage {{
    name = "{name}"
    action {{
        name = "only"
{_ACTION}    }}
  }}
"""
