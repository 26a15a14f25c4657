module "user" {
  for_each = toset(["alice", "bob"])
  source   = "terraform-aws-modules/iam/aws//modules/iam-user"
  version  = "5.39.0"

  name          = each.key
  force_destroy = true
}
