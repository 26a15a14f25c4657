variable "names" {
  default = ["bob", "alice", "carol"]
}

resource "aws_iam_user" "people" {
  count = length(var.names)
  name  = var.names[count.index]
}

# One for each of the users.
resource "aws_iam_user_group_membership" "everybody" {
  count  = length(aws_iam_user.people)
  user   = aws_iam_user.people[count.index].name
  groups = ["everybody"]
}

# The same list by name: without its element the users above would be numbered anew.
resource "aws_iam_group_membership" "leads" {
  name  = "leads"
  group = "leads"
  users = [for name in var.names : name if name != "carol"]
}
