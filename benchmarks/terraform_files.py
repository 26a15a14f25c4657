"""Repositories of realistic Terraform, the same bytes every time.

``python -m benchmarks.terraform_files DIR N`` writes N .tf files below DIR. A root module has ten:
seven of a service in which nobody is named, one of module calls, and two that name people, in
the shapes that people use: a map under for_each, a block per person, memberships by reference,
roles with jsonencode, bucket policies as heredocs, policy documents as data sources. Beside them
lie tfvars, a YAML file of members, and a module of the repository that every root calls.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import terraform_estate as estate

FILES_PER_ROOT = 10
_FIRST = ("ana", "ben", "eve", "kim", "lou")
PEOPLE = tuple(f"{first}{number:02d}" for number in range(20) for first in _FIRST)


def write(directory: Path, files: int, seed: int = 20_261_120) -> int:
    """Write ``files`` .tf files, ten to a root module, and what they refer to; returns the bytes
    of the .tf files."""
    dice = random.Random(seed)
    size = _put(directory / "modules" / "team" / "main.tf", _TEAM)
    for number in range(1, files):
        root, place = divmod(number, FILES_PER_ROOT)
        folder = directory / f"service-{root:04d}"
        kinds = (*_ESTATE, _modules, *_PAIRS[root % len(_PAIRS)])
        kind = kinds[place]
        size += _put(folder / f"{place:02d}_{kind.__name__.strip('_')}.tf", kind(dice, root))
        if kind is _modules:
            _put(folder / "members.yaml", "\n".join(["team:", *_listed(dice)]) + "\n")
            _put(folder / "terraform.tfvars", f"readers = {_quoted(dice)}\n")
    return size


def _put(path: Path, text: str) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = text.encode()
    path.write_bytes(data)
    return len(data)


_TEAM = """\
variable "name" { type = string }
variable "members" { type = set(string) }

resource "aws_iam_group" "this" {
  name = var.name
}

resource "aws_iam_user_group_membership" "this" {
  for_each = var.members

  user   = each.value
  groups = [aws_iam_group.this.name]
}

output "name" { value = aws_iam_group.this.name }
"""


def _listed(dice: random.Random) -> list[str]:
    return [f"  - {name}" for name in _some(dice, 6)]


def _quoted(dice: random.Random) -> str:
    return "[" + ", ".join(f'"{name}"' for name in _some(dice, 6)) + "]"


def _modules(dice: random.Random, root: int) -> str:
    return f"""\
variable "readers" {{
  type    = list(string)
  default = []
}}

locals {{
  members = yamldecode(file("${{path.module}}/members.yaml")).team
}}

module "team" {{
  source  = "../modules/team"
  name    = "team-{root}"
  members = toset(local.members)
}}

module "readers" {{
  source  = "../modules/team"
  name    = "readers-{root}"
  members = toset([for name in var.readers : lower(name)])
}}

module "queue" {{
  source  = "terraform-aws-modules/sqs/aws"
  version = "4.{dice.randint(0, 3)}.0"

  name                       = "jobs-{root}"
  visibility_timeout_seconds = {dice.randint(30, 900)}
}}
"""


def _some(dice: random.Random, most: int = 12) -> list[str]:
    return sorted(dice.sample(PEOPLE, dice.randint(3, most)))


def _people(dice: random.Random, place: int) -> str:
    rows = "\n".join(
        f'    {name} = {{ email = "{name}@example.com", groups = ["team-{dice.randint(0, 9)}"] }}'
        for name in _some(dice, 20)
    )
    return f"""\
# Who works on this service.

locals {{
  people_{place} = {{
{rows}
  }}
}}

resource "aws_iam_user" "person_{place}" {{
  for_each = local.people_{place}

  name = each.key
  path = "/people/"
  tags = merge({{ email = each.value.email }}, {{ team = "service" }})
}}

resource "aws_iam_user_group_membership" "person_{place}" {{
  for_each = local.people_{place}

  user   = aws_iam_user.person_{place}[each.key].name
  groups = [for group in each.value.groups : lower(group)]
}}
"""


def _blocks(dice: random.Random, place: int) -> str:
    return "\n".join(
        f'''\
resource "aws_iam_user" "{name}_{place}" {{
  name = "{name}.{place}"
  tags = {{
    email = "{name}@example.com" # {dice.choice(("on call", "part time", "since 2021"))}
  }}
}}

resource "aws_iam_user_policy_attachment" "{name}_{place}" {{
  user       = aws_iam_user.{name}_{place}.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}}
'''
        for name in _some(dice, 8)
    )


def _roles(dice: random.Random, place: int) -> str:
    return "\n".join(
        f"""\
resource "aws_iam_role" "job_{place}_{i}" {{
  name = "job-{place}-{i}"

  assume_role_policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [
      {{
        Effect = "Allow"
        Action = "sts:AssumeRole"
        Principal = {{
          AWS = [
{_arns(dice)}
          ]
        }}
        Condition = {{ StringEquals = {{ "aws:PrincipalTag/team" = "service" }} }}
      }},
    ]
  }})
}}
"""
        for i in range(dice.randint(2, 5))
    )


def _arns(dice: random.Random, indent: int = 12) -> str:
    space = " " * indent
    return ",\n".join(f'{space}"arn:aws:iam::111122223333:user/{name}"' for name in _some(dice, 6))


def _buckets(dice: random.Random, place: int) -> str:
    return f"""\
resource "aws_s3_bucket" "files_{place}" {{
  bucket = "service-files-{place}"
}}

resource "aws_s3_bucket_policy" "files_{place}" {{
  bucket = aws_s3_bucket.files_{place}.id
  policy = <<POLICY
{{
  "Version": "2012-10-17",
  "Statement": [
    {{
      "Sid": "Readers",
      "Effect": "Allow",
      "Principal": {{
        "AWS": [
{_arns(dice, 10)}
        ]
      }},
      "Action": ["s3:GetObject", "s3:ListBucket"],
      "Resource": "${{aws_s3_bucket.files_{place}.arn}}/*"
    }}
  ]
}}
POLICY
}}
"""


def _documents(dice: random.Random, place: int) -> str:
    return f"""\
variable "topic_{place}" {{
  description = "Where alarms go."
  type        = string
  default     = "alarms-{place}"
}}

resource "aws_sns_topic" "alarms_{place}" {{
  name = var.topic_{place}
}}

data "aws_iam_policy_document" "alarms_{place}" {{
  statement {{
    sid       = "Publish"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.alarms_{place}.arn]

    principals {{
      type = "AWS"
      identifiers = [
{_arns(dice, 8)}
      ]
    }}
  }}
}}

resource "aws_sns_topic_policy" "alarms_{place}" {{
  arn    = aws_sns_topic.alarms_{place}.arn
  policy = data.aws_iam_policy_document.alarms_{place}.json
}}
"""


_Kind = Callable[[random.Random, int], str]
_ESTATE: tuple[_Kind, ...] = (
    estate.versions,
    estate.variables,
    estate.network,
    estate.compute,
    estate.database,
    estate.monitoring,
    estate.outputs,
)
_PAIRS: tuple[tuple[_Kind, _Kind], ...] = (
    (_people, _roles),
    (_blocks, _buckets),
    (_roles, _documents),
    (_people, _buckets),
)


if __name__ == "__main__":
    print(f"{write(Path(sys.argv[1]), int(sys.argv[2])):,} bytes")
