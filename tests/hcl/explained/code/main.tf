variable "people" {
  type = map(object({
    email  = string
    groups = optional(list(string), ["staff"])
  }))
}

variable "domain" {
  default = "example.com"
}

variable "region" {}

variable "db_password" {
  sensitive = true
  default   = "hunter2-of-the-variable"
}

locals {
  extra    = yamldecode(file("people.yaml"))
  staff    = merge(var.people, { for p in local.extra.people : p.name => p if p.active })
  readers  = ["user:ann@example.com", "user:zoe@example.com"]
  settings = { user = "app", password = "hunter2-of-the-local" }
  marked   = sensitive("hunter2-of-the-function")
}

module "team" {
  source   = "./modules/team"
  for_each = toset(["ops"])

  users  = local.staff
  domain = var.domain
}

module "absent" {
  source  = "example/absent/aws"
  version = "1.2.3"
}

data "aws_iam_policy_document" "trust" {
  dynamic "statement" {
    for_each = var.domain == "example.com" ? local.readers : []
    content {
      actions = ["sts:AssumeRole"]
      principals {
        type        = "AWS"
        identifiers = ["arn:aws:iam::111122223333:${replace(statement.value, "user:", "user/")}"]
      }
    }
  }
}

resource "aws_iam_user" "one" {
  name = "${var.domain}-${var.region}"
  tags = {
    boss = module.absent.boss
    arn  = module.team["ops"].arns["alice"]
  }
}

resource "aws_iam_user" "counted" {
  count = length(local.readers)
  name  = trimprefix(local.readers[count.index], "user:")
}

resource "aws_db_instance" "app" {
  username = local.settings["user"]
  password = local.settings["password"]
  db_name  = var.db_password
  engine   = local.marked
}

output "arn" {
  value = module.team["ops"].arns["zoe"]
}

output "hidden" {
  sensitive = true
  value     = "hunter2-of-the-output"
}
