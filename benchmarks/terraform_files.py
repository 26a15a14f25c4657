"""Repositories of realistic Terraform, the same bytes every time.

``python -m benchmarks.terraform_files DIR N`` writes N .tf files below DIR. Root modules have from
4 to 60 of them, spread as in large public repositories. Four in five are of a service in which
nobody is named; the others name people, in the shapes that people use: a map under for_each, a
block per person, memberships by reference, roles with jsonencode, bucket policies as heredocs,
policy documents as data sources, arguments of a module. Beside them lie tfvars, a YAML file of
members, and the modules of the repository that the roots call.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import terraform_estate as estate
from benchmarks.terraform_modules import MODULES, services

_Kind = Callable[[random.Random, int], str]
SIZES = (4, 6, 9, 9, 12, 17, 26, 60)
"""Files of one root module after the other."""
_FIRST = ("ana", "ben", "eve", "kim", "lou")
PEOPLE = tuple(f"{first}{number:02d}" for number in range(20) for first in _FIRST)


def write(directory: Path, files: int, seed: int = 20_261_120) -> int:
    """Write ``files`` .tf files, ten to a root module, and what they refer to; returns the bytes
    of the .tf files."""
    dice = random.Random(seed)
    size = sum(_put(directory / "modules" / name, text) for name, text in MODULES.items())
    left, root = files - len(MODULES), 0
    while left > 0:
        kinds = _kinds(root)[:left]
        folder = directory / f"service-{root:04d}"
        for place, kind in enumerate(kinds):
            number = place if kind in _BY_PLACE else root
            name = f"{place:02d}_{kind.__name__.strip('_')}.tf"
            size += _put(folder / name, kind(dice, number))
            if kind is _modules:
                _put(folder / "members.yaml", "\n".join(["team:", *_listed(dice)]) + "\n")
                _put(folder / "terraform.tfvars", f"readers = {_quoted(dice)}\n")
        left, root = left - len(kinds), root + 1
    return size


def _kinds(root: int) -> list[_Kind]:
    """What stands in the files of one root module, in order."""
    one, other = _PAIRS[root % len(_PAIRS)]
    first = (estate.versions, estate.variables, _modules, one, *_ESTATE, other)
    rest = (_NAMING[i // 5 % len(_NAMING)] if i % 5 == 4 else _serving(i) for i in range(99))
    return [*first, *rest][: SIZES[root % len(SIZES)]]


def _serving(number: int) -> _Kind:
    return services if number % 3 == 1 else estate.application


def _put(path: Path, text: str) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = text.encode()
    path.write_bytes(data)
    return len(data)


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
        for name in _some(dice, 12)
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
        for i in range(dice.randint(3, 6))
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


def _queues(dice: random.Random, place: int) -> str:
    calls = "\n".join(
        f"""\
module "queue_{place}_{i}" {{
  source = "../modules/queue"

  name     = "jobs-{place}-{i}"
  senders  = {_quoted(dice)}
  settings = {{ delay = {dice.randint(0, 60)} }}
}}
"""
        for i in range(dice.randint(2, 4))
    )
    return f"""\
{calls}
module "topics_{place}" {{
  source   = "../modules/queue"
  for_each = toset(["orders", "bills"])

  name    = "${{each.key}}-{place}"
  senders = {_quoted(dice)}
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


_ESTATE: tuple[_Kind, ...] = (
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
_NAMING: tuple[_Kind, ...] = (_roles, _queues, _buckets, _people, _documents, _blocks)
_BY_PLACE = frozenset((*_NAMING, estate.application, services))
"""Those that a root may have several of: what they declare is named by their place in it."""


if __name__ == "__main__":
    print(f"{write(Path(sys.argv[1]), int(sys.argv[2])):,} bytes")
