variable "leads" {
  type    = list(string)
  default = []
}

variable "people" {
  type    = list(string)
  default = ["bob", "carol"]
}

variable "rotated" {
  type    = list(string)
  default = ["alice", "bob"]
}

# Nobody stands behind the only one.
resource "aws_iam_user" "lead" {
  count = length(var.leads)
  name  = var.leads[count.index]
}

# Nor behind the last one.
resource "aws_iam_user" "person" {
  count = length(var.people)
  name  = var.people[count.index]
}

resource "aws_iam_user_group_membership" "person" {
  count  = length(aws_iam_user.person)
  user   = aws_iam_user.person[count.index].name
  groups = ["staff"]
}

# Bob would become the first.
resource "aws_iam_user" "rotated" {
  count = length(var.rotated)
  name  = var.rotated[count.index]
  path  = "/rota/"
}

module "person" {
  source = "./person"
  count  = length(var.people)

  name = var.people[count.index]
}

# What has two instances of one list for other reasons moves nobody either.
resource "aws_iam_group_membership" "twice" {
  count = 2
  name  = "twice-${count.index}"
  group = "twice-${count.index}"
  users = ["bob"]
}

output "first" {
  value = aws_iam_user.person[0].arn
}

output "all" {
  value = aws_iam_user.person[*].arn
}
