"""Files of a service in which nobody is named: most of any repository of Terraform.

Each function writes one file of a root module; ``dice`` decides on sizes, so that files differ.
"""

from __future__ import annotations

import random


def network(dice: random.Random, root: int) -> str:
    rules = "\n".join(
        f"""\
resource "aws_security_group_rule" "in_{i}" {{
  type              = "ingress"
  description       = "Port {port} from the inside"
  from_port         = {port}
  to_port           = {port}
  protocol          = "tcp"
  cidr_blocks       = [for subnet in var.subnets : subnet.cidr]
  security_group_id = aws_security_group.this.id
}}
"""
        for i, port in enumerate(dice.sample(range(80, 9999), dice.randint(5, 9)))
    )
    return f"""\
resource "aws_vpc" "this" {{
  cidr_block           = "10.{root % 250}.0.0/16"
  enable_dns_hostnames = true
  tags                 = merge(local.tags, {{ Name = local.name }})
}}

resource "aws_subnet" "this" {{
  for_each = var.subnets

  vpc_id            = aws_vpc.this.id
  cidr_block        = each.value.cidr
  availability_zone = each.value.zone
  tags              = merge(local.tags, {{ Name = "${{local.name}}-${{each.key}}" }})
}}

resource "aws_security_group" "this" {{
  name   = local.name
  vpc_id = aws_vpc.this.id
}}

{rules}"""


def compute(dice: random.Random, root: int) -> str:
    settings = "\n".join(
        f'      {{ name = "SETTING_{i}", value = tostring(var.environment) }},'
        for i in range(dice.randint(6, 18))
    )
    return f"""\
resource "aws_ecs_cluster" "this" {{
  name = local.name
}}

resource "aws_ecs_task_definition" "this" {{
  family                   = local.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = {dice.choice((256, 512, 1024))}
  memory                   = 2048
  execution_role_arn       = "arn:aws:iam::111122223333:role/service-{root:04d}-execution"

  container_definitions = jsonencode([{{
    name      = local.name
    image     = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/service:{dice.randint(1, 999)}"
    essential = true
    environment = [
{settings}
    ]
  }}])
}}

resource "aws_ecs_service" "this" {{
  name            = local.name
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.this.arn
  desired_count   = var.environment == "production" ? 3 : 1

  network_configuration {{
    subnets         = [for subnet in aws_subnet.this : subnet.id]
    security_groups = [aws_security_group.this.id]
  }}

  lifecycle {{
    ignore_changes = [desired_count]
  }}
}}

resource "aws_lb" "this" {{
  name               = local.name
  load_balancer_type = "application"
  subnets            = values(aws_subnet.this)[*].id
}}
"""


def database(dice: random.Random, root: int) -> str:
    parameters = "\n".join(
        f"""\
  parameter {{
    name  = "setting_{i}"
    value = "{dice.randint(1, 9999)}"
  }}
"""
        for i in range(dice.randint(6, 14))
    )
    return f"""\
resource "aws_db_parameter_group" "this" {{
  name   = local.name
  family = "postgres15"

{parameters}}}

resource "aws_db_instance" "this" {{
  identifier              = local.name
  engine                  = "postgres"
  engine_version          = "15.{dice.randint(1, 9)}"
  instance_class          = "db.t4g.medium"
  allocated_storage       = {dice.choice((20, 100, 500))}
  storage_encrypted       = true
  parameter_group_name    = aws_db_parameter_group.this.name
  backup_retention_period = 14
  tags                    = local.tags

  lifecycle {{
    prevent_destroy = true
  }}
}}

resource "aws_elasticache_cluster" "this" {{
  cluster_id      = "service-{root:04d}"
  engine          = "redis"
  node_type       = "cache.t4g.small"
  num_cache_nodes = 1
}}
"""


def monitoring(dice: random.Random, root: int) -> str:
    alarms = "\n".join(
        f"""\
resource "aws_cloudwatch_metric_alarm" "alarm_{i}" {{
  alarm_name          = "${{local.name}}-alarm-{i}"
  alarm_description   = "Something of service {root} is beyond its limit for too long."
  namespace           = "AWS/ECS"
  metric_name         = "{dice.choice(("CPUUtilization", "MemoryUtilization"))}"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = {dice.randint(1, 5)}
  period              = 60
  statistic           = "Average"
  threshold           = {dice.randint(50, 95)}

  dimensions = {{
    ClusterName = aws_ecs_cluster.this.name
    ServiceName = aws_ecs_service.this.name
  }}
}}
"""
        for i in range(dice.randint(5, 9))
    )
    return f"""\
resource "aws_cloudwatch_log_group" "this" {{
  name              = "/services/${{local.name}}"
  retention_in_days = {dice.choice((14, 30, 90))}
}}

{alarms}"""


def application(dice: random.Random, place: int) -> str:
    """One of several in a large root; beside ``network`` and ``compute``."""
    name = f"app_{place}"
    settings = "\n".join(
        f'      {{ name = "SETTING_{i}", value = "{dice.randint(1, 9999)}" }},'
        for i in range(dice.randint(18, 36))
    )
    alarms = "\n".join(
        f"""\
resource "aws_cloudwatch_metric_alarm" "{name}_{i}" {{
  alarm_name          = "${{local.name}}-{place}-{i}"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = {dice.randint(1, 5)}
  namespace           = "AWS/ECS"
  metric_name         = "{dice.choice(("CPUUtilization", "MemoryUtilization"))}"
  threshold           = {dice.randint(50, 95)}
  dimensions          = {{ ServiceName = aws_ecs_service.{name}.name }}
}}
"""
        for i in range(dice.randint(2, 4))
    )
    return f"""\
resource "aws_ecs_task_definition" "{name}" {{
  family             = "${{local.name}}-{place}"
  execution_role_arn = "arn:aws:iam::111122223333:role/execution-{place}"

  container_definitions = jsonencode([{{
    name      = "{name}"
    image     = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/{name}:{dice.randint(1, 999)}"
    essential = true
    environment = [
{settings}
    ]
  }}])

  tags = local.tags
}}

resource "aws_ecs_service" "{name}" {{
  name            = "${{local.name}}-{place}"
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.{name}.arn
  desired_count   = var.environment == "production" ? {dice.randint(2, 9)} : 1
  tags            = merge(local.tags, {{ Name = "{name}" }})

  lifecycle {{
    ignore_changes = [desired_count]
  }}
}}

{alarms}"""
