variable "by_default" {
  type    = list(string)
  default = ["alice", "bob"]
}

variable "by_tfvars" {
  type    = list(string)
  default = ["alice", "nobody"]
}

variable "by_json" {
  type = list(string)
}

variable "by_auto" {
  type = list(string)
}

variable "by_last_auto" {
  type = list(string)
}

variable "by_file" {
  type = list(string)
}

resource "aws_iam_group_membership" "by_default" {
  name  = "by_default"
  group = "by_default"
  users = var.by_default
}

resource "aws_iam_group_membership" "by_tfvars" {
  name  = "by_tfvars"
  group = "by_tfvars"
  users = var.by_tfvars
}

resource "aws_iam_group_membership" "by_json" {
  name  = "by_json"
  group = "by_json"
  users = var.by_json
}

resource "aws_iam_group_membership" "by_auto" {
  name  = "by_auto"
  group = "by_auto"
  users = var.by_auto
}

resource "aws_iam_group_membership" "by_last_auto" {
  name  = "by_last_auto"
  group = "by_last_auto"
  users = var.by_last_auto
}

resource "aws_iam_group_membership" "by_file" {
  name  = "by_file"
  group = "by_file"
  users = var.by_file
}
