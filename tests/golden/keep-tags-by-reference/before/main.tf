resource "aws_iam_user" "alice" {
  name = "alice"
}

# Releasing it settles nothing: a tag is no reason to destroy a database.
resource "aws_db_instance" "ledger" {
  identifier        = "ledger"
  engine            = "postgres"
  instance_class    = "db.t4g.micro"
  allocated_storage = 20

  tags = {
    Owner = aws_iam_user.alice.arn
  }
}
