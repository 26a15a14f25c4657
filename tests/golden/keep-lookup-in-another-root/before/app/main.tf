data "aws_iam_user" "people" {
  for_each  = toset(["bob", "alice"])
  user_name = each.value
}
resource "aws_iam_group_membership" "m" {
  name  = "m"
  group = "g"
  users = [for u in data.aws_iam_user.people : u.user_name]
}
data "aws_iam_user" "alice" {
  user_name = "alice"
}
output "alice" {
  value = data.aws_iam_user.alice.arn
}
