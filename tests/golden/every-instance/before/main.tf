resource "aws_iam_user" "a" {
  name = "alice"
}
resource "aws_iam_user_policy_attachment" "p" {
  for_each   = toset(["arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B"])
  user       = aws_iam_user.a.name
  policy_arn = each.key
}
