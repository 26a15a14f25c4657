resource "aws_iam_user" "bob" {
  name = "bob"
}

# Encrypted to the key of whoever made it.
resource "aws_iam_access_key" "bob" {
  user    = aws_iam_user.bob.name
  pgp_key = "keybase:alice"
}

resource "aws_iam_user_login_profile" "bob" {
  user    = aws_iam_user.bob.name
  pgp_key = "keybase:alice"
}
