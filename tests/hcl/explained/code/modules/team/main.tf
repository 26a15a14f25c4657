variable "users" {}

variable "domain" {}

resource "aws_iam_user" "person" {
  for_each = var.users

  name = each.key
  tags = {
    email = each.value.email
    group = try(each.value.groups[0], "none")
  }
}

output "arns" {
  value = { for name, user in aws_iam_user.person : name => user.arn }
}
