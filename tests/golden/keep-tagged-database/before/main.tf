resource "aws_iam_user" "alice" {
  name = "alice"
}

resource "aws_db_instance" "ledger" {
  identifier        = "ledger"
  engine            = "postgres"
  instance_class    = "db.t4g.micro"
  allocated_storage = 20

  tags = {
    Owner = "alice@example.com"
    Team  = "finance"
  }
}
