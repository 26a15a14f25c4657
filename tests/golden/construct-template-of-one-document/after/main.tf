resource "aws_iam_role" "a" {
  name               = "a"
  assume_role_policy = file("${path.module}/trust.json")
}
resource "aws_iam_role" "b" {
  name               = "b"
  assume_role_policy = templatefile("${path.module}/trust.tpl", { who = "alice", acct = "111122223333" })
}
resource "aws_iam_role" "c" {
  name               = "c"
  assume_role_policy = templatefile("${path.module}/list.tpl", { users = ["bob"] })
}
