resource "aws_iam_user" "bob" {
  name = "bob"
}

resource "aws_iam_virtual_mfa_device" "bob" {
  virtual_mfa_device_name = "bob"
  path                    = "/alice/"
}

resource "aws_iam_policy_attachment" "shared" {
  name       = "shared"
  users      = ["alice", aws_iam_user.bob.name]
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
