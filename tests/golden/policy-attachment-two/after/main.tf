resource "aws_iam_policy_attachment" "auditors" {
  name       = "auditors"
  users      = ["bob"]
  policy_arn = "arn:aws:iam::aws:policy/SecurityAudit"
}
