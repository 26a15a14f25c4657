variable "enabled" {
  type = bool
}

variable "zones" {
  type = map(string)
}

# What holds no identity may have any number of instances.
resource "null_resource" "marker" {
  for_each = var.zones
}

resource "aws_launch_template" "fleet" {
  dynamic "network_interfaces" {
    for_each = var.zones
    content {
      description = network_interfaces.key
    }
  }
}

# Whoever stands here is somebody else, whether it exists or not.
resource "aws_iam_role" "copier" {
  count = var.enabled ? 1 : 0
  name  = "copier"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "s3.amazonaws.com" } }]
  })
}

resource "aws_iam_user_policy_attachment" "bob" {
  count      = var.enabled ? 1 : 0
  user       = "bob"
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

module "team" {
  source   = "./team"
  for_each = var.zones
  lead     = "bob"
}

# And here it is the leaver.
resource "aws_iam_user_policy_attachment" "alice" {
  count      = var.enabled ? 1 : 0
  user       = "alice"
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

module "other" {
  source   = "./team"
  for_each = var.zones
  lead     = "alice"
}

data "aws_caller_identity" "here" {
  count = var.enabled ? 1 : 0
}

output "account" {
  value = one(data.aws_caller_identity.here[*].account_id)
}
