module "alice" {
  source  = "terraform-aws-modules/iam/aws//modules/iam-user"
  version = "~> 5.0"
  name    = "alice"
}

module "bob" {
  source = "git::https://git.example.com/iam-user.git"
  name   = "bob"
}

output "users" {
  value = [module.alice.iam_user_arn, module.bob.iam_user_arn]
}
