variable "name" {
  type = string
}

resource "aws_iam_user" "owner" {
  name = var.name
}

resource "google_project" "sandbox" {
  name       = "sandbox-${var.name}"
  project_id = "example-sandbox-${var.name}"
}

resource "aws_db_instance" "sandbox" {
  count = 1

  identifier        = "sandbox-${var.name}"
  engine            = "postgres"
  instance_class    = "db.t4g.micro"
  allocated_storage = 20
}
