variable "name" {
  type = string
}

variable "email" {
  type = string
}

variable "manager" {
  type    = string
  default = "nobody@example.com"
}

resource "aws_iam_user" "this" {
  name = var.name

  tags = {
    Email   = var.email
    Manager = var.manager
  }
}

output "email" {
  value = var.email
}
