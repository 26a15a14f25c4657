resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = <<EOT
{
  "Version": "2012-10-17",
  "Statement": [
    %{for who in ["alice", "bob"]}
    {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ["arn:aws:iam::111122223333:user/${who}"]}},
    %{endfor}
    {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ["arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:user/carol"]}}
  ]
}
EOT
}
resource "aws_iam_user" "a" { name = "alice" }
