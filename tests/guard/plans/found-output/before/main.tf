output "admins" {
  value = ["arn:aws:iam::111122223333:user/bob"]
}
