module "users" {
  for_each = toset(["bob", "alice-robot"])
  source   = "terraform-aws-modules/iam/aws//modules/iam-user"

  name = each.key
  tags = { team = "teams/alice", policy = "s3:*" }
}
