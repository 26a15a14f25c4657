variable "teams" {
  type    = map(string)
  default = null
}

resource "aws_iam_user" "each" {
  for_each = var.teams
  name     = "alice"
}

resource "aws_iam_user" "counted" {
  count = null
  name  = "alice"
}

resource "aws_iam_user" "bob" {
  count = null
  name  = "bob"
}

module "team" {
  source   = "./team"
  for_each = var.teams
  lead     = "alice"
}

resource "aws_iam_role" "r" {
  name = "r"
  assume_role_policy = data.aws_iam_policy_document.d.json
}

data "aws_iam_policy_document" "d" {
  dynamic "statement" {
    for_each = var.teams
    content {
      actions = ["sts:AssumeRole"]
      principals {
        type        = "AWS"
        identifiers = ["arn:aws:iam::111122223333:user/alice"]
      }
    }
  }
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:user/bob"]
    }
  }
}

resource "aws_iam_group_membership" "m" {
  name  = "m"
  group = "m"
  users = coalesce(null, ["alice", "bob"])
}
