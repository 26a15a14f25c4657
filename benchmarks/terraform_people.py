"""Files that name people, in the shapes that people use.

Each function writes one file of a root module; ``dice`` decides whom it names.
"""

from __future__ import annotations

import random

_FIRST = ("ana", "ben", "eve", "kim", "lou")


PEOPLE = tuple(f"{first}{number:02d}" for number in range(20) for first in _FIRST)


def listed(dice: random.Random) -> list[str]:
    return [f"  - {name}" for name in _some(dice, 6)]


def quoted(dice: random.Random) -> str:
    return "[" + ", ".join(f'"{name}"' for name in _some(dice, 6)) + "]"


def modules(dice: random.Random, root: int) -> str:
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


def people(dice: random.Random, place: int) -> str:
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


def blocks(dice: random.Random, place: int) -> str:
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


def roles(dice: random.Random, place: int) -> str:
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


def buckets(dice: random.Random, place: int) -> str:
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


def queues(dice: random.Random, place: int) -> str:
    calls = "\n".join(
        f"""\
module "queue_{place}_{i}" {{
  source = "../modules/queue"

  name     = "jobs-{place}-{i}"
  senders  = {quoted(dice)}
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
  senders = {quoted(dice)}
}}
"""


def documents(dice: random.Random, place: int) -> str:
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
