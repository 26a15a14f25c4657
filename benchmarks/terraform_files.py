"""Repositories of realistic Terraform, the same bytes every time.

``python -m benchmarks.terraform_files DIR N`` writes N files below DIR. The shapes are those that
people use: a map of people under for_each, a block per person, memberships by reference, roles
with jsonencode, bucket policies as heredocs, policy documents as data sources.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path

FILES_PER_ROOT = 10
_FIRST = ("ana", "ben", "eve", "kim", "lou")
_PEOPLE = tuple(f"{first}{number:02d}" for number in range(20) for first in _FIRST)


def write(directory: Path, files: int, seed: int = 20_261_120) -> int:
    """Write ``files`` .tf files, ten to a root module; returns their bytes."""
    dice = random.Random(seed)
    size = 0
    for number in range(files):
        root, place = divmod(number, FILES_PER_ROOT)
        kind = _KINDS[place % len(_KINDS)]
        path = directory / f"service-{root:04d}" / f"{place:02d}_{kind.__name__.strip('_')}.tf"
        path.parent.mkdir(parents=True, exist_ok=True)
        data = kind(dice, place).encode()
        path.write_bytes(data)
        size += len(data)
    return size


def _some(dice: random.Random, most: int = 12) -> list[str]:
    return sorted(dice.sample(_PEOPLE, dice.randint(3, most)))


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


_KINDS: tuple[Callable[[random.Random, int], str], ...] = (
    _people,
    _blocks,
    _roles,
    _buckets,
    _documents,
)


if __name__ == "__main__":
    print(f"{write(Path(sys.argv[1]), int(sys.argv[2])):,} bytes")
