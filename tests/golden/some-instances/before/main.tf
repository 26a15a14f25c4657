locals {
  who = { A = "alice", B = "bob" }
}
resource "aws_iam_user_policy_attachment" "p" {
  for_each   = toset(["A", "B"])
  user       = local.who[each.key]
  policy_arn = each.key
}
