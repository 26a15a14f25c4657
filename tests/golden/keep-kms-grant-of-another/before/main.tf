resource "aws_kms_grant" "backup" {
  name              = "backup"
  key_id            = "1234abcd-12ab-34cd-56ef-1234567890ab"
  grantee_principal = "arn:aws:iam::111122223333:role/backup"
  operations        = ["Decrypt"]

  retiring_principal = "arn:aws:iam::111122223333:user/alice"
}

resource "aws_kms_grant" "alice" {
  name              = "alice"
  key_id            = "1234abcd-12ab-34cd-56ef-1234567890ab"
  grantee_principal = "arn:aws:iam::111122223333:user/alice"
  operations        = ["Decrypt"]
}
