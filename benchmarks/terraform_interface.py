"""What stands around the resources of a root module: versions, variables, outputs.

Each function writes one file; ``dice`` decides on sizes, so that files differ.
"""

from __future__ import annotations

import random


def versions(dice: random.Random, root: int) -> str:
    return f"""\
terraform {{
  required_version = ">= 1.5"

  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = "~> 5.{dice.randint(10, 90)}"
    }}
  }}

  backend "s3" {{
    bucket = "terraform-state"
    key    = "service-{root:04d}/terraform.tfstate"
    region = "eu-west-1"
  }}
}}

provider "aws" {{
  region = var.region

  default_tags {{
    tags = local.tags
  }}
}}

locals {{
  name = "service-{root:04d}"
  tags = {{
    service     = local.name
    environment = var.environment
    managed-by  = "terraform"
  }}
}}
"""


def variables(dice: random.Random, root: int) -> str:
    more = "\n".join(
        f"""\
variable "setting_{i}" {{
  description = "How many of kind {i} this service keeps. See the runbook first."
  type        = number
  default     = {dice.randint(1, 900)}

  validation {{
    condition     = var.setting_{i} > 0
    error_message = "At least one is needed."
  }}
}}
"""
        for i in range(dice.randint(6, 12))
    )
    return f"""\
variable "environment" {{
  description = "Where this runs."
  type        = string
  default     = "production"
}}

variable "region" {{
  type    = string
  default = "eu-west-1"
}}

variable "subnets" {{
  type = map(object({{ cidr = string, zone = string }}))
  default = {{
    a = {{ cidr = "10.{root % 250}.1.0/24", zone = "eu-west-1a" }}
    b = {{ cidr = "10.{root % 250}.2.0/24", zone = "eu-west-1b" }}
  }}
}}

{more}"""


def outputs(dice: random.Random, root: int) -> str:
    records = "\n".join(
        f"""\
resource "aws_route53_record" "name_{i}" {{
  zone_id = data.aws_route53_zone.this.zone_id
  name    = "{word}-{root:04d}.example.com"
  type    = "CNAME"
  ttl     = 300
  records = [aws_lb.this.dns_name]
}}
"""
        for i, word in enumerate(dice.sample(("api", "www", "admin", "files", "mail", "docs"), 3))
    )
    return f"""\
data "aws_route53_zone" "this" {{
  name = "example.com"
}}

{records}
output "address" {{
  description = "Where the service answers."
  value       = aws_lb.this.dns_name
}}

output "database" {{
  value     = aws_db_instance.this.endpoint
  sensitive = true
}}
"""
