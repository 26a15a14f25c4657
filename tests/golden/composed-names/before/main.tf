resource "aws_iam_user_policy_attachment" "by_template" {
  user       = "${lower(local.first)}${local.last}"
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_user_policy_attachment" "by_format" {
  user       = format("%s%s", lower(local.first), local.last)
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_user_policy_attachment" "by_join" {
  user       = join("", ["al", "i", local.last])
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_user_policy_attachment" "by_replace" {
  user       = replace(local.dotted, ".", "")
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_user_policy_attachment" "of_bob" {
  user       = join("", ["b", "ob"])
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

# Nothing here can hold an identity.
resource "aws_cloudwatch_metric_alarm" "cpu" {
  alarm_name          = "cpu of ${local.domain}"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
}
