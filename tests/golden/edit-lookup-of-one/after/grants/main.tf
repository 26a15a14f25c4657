data "aws_iam_user" "bob" {
  user_name = "bob"
}

resource "aws_sns_topic" "alarms" {
  name         = "alarms"
  display_name = data.aws_iam_user.bob.arn
}

output "people" {
  value = [data.aws_iam_user.bob.arn]
}
