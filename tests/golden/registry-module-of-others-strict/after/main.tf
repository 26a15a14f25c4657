module "users" {
  source = "terraform-aws-modules/iam/aws//modules/iam-user"
  name   = "bob"
}
