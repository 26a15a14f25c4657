"""The modules of a generated repository, and what calls the one of a service."""

from __future__ import annotations

import random
from collections.abc import Mapping

MODULES: Mapping[str, str] = {
    "team/main.tf": """\
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
""",
    "queue/main.tf": """\
variable "name" { type = string }
variable "senders" { type = list(string) }

variable "settings" {
  type    = object({ delay = optional(number, 0), fifo = optional(bool, false) })
  default = {}
}

resource "aws_sqs_queue" "this" {
  name          = var.settings.fifo ? "${var.name}.fifo" : var.name
  fifo_queue    = var.settings.fifo
  delay_seconds = var.settings.delay
}

data "aws_iam_policy_document" "this" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.this.arn]

    principals {
      type        = "AWS"
      identifiers = [for name in var.senders : "arn:aws:iam::111122223333:user/${name}"]
    }
  }
}

resource "aws_sqs_queue_policy" "this" {
  queue_url = aws_sqs_queue.this.id
  policy    = data.aws_iam_policy_document.this.json
}

output "arn" { value = aws_sqs_queue.this.arn }
""",
    "service/variables.tf": """\
variable "name" { type = string }
variable "cluster" { type = string }
variable "vpc_id" { type = string }

variable "environment" {
  description = "What the service reads from its environment."
  type        = map(string)
  default     = {}
}

variable "ports" {
  type    = map(object({ port = number, protocol = optional(string, "tcp") }))
  default = {}
}

variable "alarms" {
  type    = map(object({ metric = string, threshold = number, periods = optional(number, 3) }))
  default = {}
}

variable "tags" {
  type    = map(string)
  default = {}
}
""",
    "service/main.tf": """\
locals {
  name = lower(replace(var.name, "_", "-"))
  tags = merge(var.tags, { service = local.name })
  environment = [
    for key in sort(keys(var.environment)) : { name = upper(key), value = var.environment[key] }
  ]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/services/${local.name}"
  retention_in_days = 30
  tags              = local.tags
}

resource "aws_ecs_task_definition" "this" {
  family             = local.name
  execution_role_arn = aws_iam_role.this.arn
  tags               = local.tags

  container_definitions = jsonencode([{
    name        = local.name
    image       = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/${local.name}:latest"
    environment = local.environment
    essential   = true
    portMappings = [
      for port in values(var.ports) : { containerPort = port.port, protocol = port.protocol }
    ]
  }])
}

resource "aws_ecs_service" "this" {
  name            = local.name
  cluster         = var.cluster
  task_definition = aws_ecs_task_definition.this.arn
  desired_count   = 2
  tags            = local.tags
}

resource "aws_security_group" "this" {
  name   = local.name
  vpc_id = var.vpc_id
  tags   = local.tags

  dynamic "ingress" {
    for_each = var.ports

    content {
      description = ingress.key
      from_port   = ingress.value.port
      to_port     = ingress.value.port
      protocol    = ingress.value.protocol
      cidr_blocks = ["10.0.0.0/8"]
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = var.alarms

  alarm_name          = "${local.name}-${each.key}"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = each.value.periods
  namespace           = "AWS/ECS"
  metric_name         = each.value.metric
  threshold           = each.value.threshold
  dimensions          = { ServiceName = aws_ecs_service.this.name }
}
""",
    "service/access.tf": """\
data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "this" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }
}

resource "aws_iam_role" "this" {
  name               = "${local.name}-execution"
  assume_role_policy = data.aws_iam_policy_document.assume.json
  tags               = local.tags
}

resource "aws_iam_role_policy" "this" {
  name   = "logs"
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.this.json
}

output "role" { value = aws_iam_role.this.arn }
output "security_group" { value = aws_security_group.this.id }
""",
}
"""By their path below ``modules``: a team's members, a queue and who may send, a service."""


def services(dice: random.Random, place: int) -> str:
    """Calls of the module of a service; beside ``network`` and ``compute``."""
    return "\n".join(_service(dice, place, i) for i in range(dice.randint(2, 4)))


def _service(dice: random.Random, place: int, number: int) -> str:
    settings = "\n".join(
        f'    setting_{i} = "{dice.randint(1, 9999)}"' for i in range(10, dice.randint(16, 30))
    )
    return f"""\
module "service_{place}_{number}" {{
  source = "../modules/service"

  name    = "${{local.name}}_{place}_{number}"
  cluster = aws_ecs_cluster.this.id
  vpc_id  = aws_vpc.this.id
  tags    = local.tags

  environment = {{
{settings}
  }}

  ports = {{
    web     = {{ port = {dice.randint(1024, 9999)} }}
    metrics = {{ port = {dice.randint(1024, 9999)} }}
  }}

  alarms = {{
    busy = {{ metric = "CPUUtilization", threshold = {dice.randint(50, 95)} }}
    full = {{ metric = "MemoryUtilization", threshold = {dice.randint(50, 95)}, periods = 5 }}
  }}
}}
"""
