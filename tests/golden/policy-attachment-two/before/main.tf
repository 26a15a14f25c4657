resource "aws_iam_policy_attachment" "auditors" {
  name       = "auditors"
  users      = ["alice", "bob"]
  policy_arn = "arn:aws:iam::aws:policy/SecurityAudit"
}
