# The literals stand in what comes out, whatever the variable holds; the rest stays undecided.
variable "more" {
  type = list(string)
}

resource "aws_iam_group_membership" "rest" {
  name  = "rest"
  group = "rest"
  users = concat([], var.more)
}

resource "aws_iam_group_membership" "union" {
  name  = "union"
  group = "union"
  users = setunion(["bob"], var.more)
}

resource "aws_iam_user" "each" {
  for_each = toset(concat([], var.more))
  name     = each.key
}

resource "aws_iam_group_membership" "flat" {
  name  = "flat"
  group = "flat"
  users = flatten([[], var.more])
}

resource "aws_iam_user" "merged" {
  for_each = merge({}, { for w in var.more : w => {} })
  name     = each.key
}

data "aws_iam_policy_document" "d" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = concat([], var.more)
    }
  }
  dynamic "statement" {
    for_each = concat(["alice"], var.more)
    content {
      actions = ["sts:TagSession"]
      principals {
        type        = "AWS"
        identifiers = ["arn:aws:iam::111122223333:user/${statement.value}"]
      }
    }
  }
}

resource "aws_iam_role" "doc" {
  name               = "doc"
  assume_role_policy = data.aws_iam_policy_document.d.json
}

resource "aws_iam_role" "enc" {
  name = "enc"
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = concat([], var.more) } }]
  })
}

resource "aws_iam_policy_attachment" "a" {
  name       = "a"
  users      = concat(["alice"], var.more)
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

# Which number she has is not known.
resource "aws_iam_user" "numbered" {
  for_each = { for i, n in concat(["alice", "bob"], var.more) : n => i }
  name     = each.key
}

resource "aws_iam_user" "named" {
  for_each = { for n in concat(["bob"], var.more) : n => n }
  name     = each.key
}

resource "aws_iam_group_membership" "idx" {
  name  = "idx"
  group = "idx"
  users = [concat(var.more, ["alice"])[0], element(concat(["alice"], var.more), 0)]
}
