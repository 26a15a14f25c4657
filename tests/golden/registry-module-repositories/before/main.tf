module "deploy" {
  source  = "terraform-aws-modules/iam/aws//modules/iam-github-oidc-role"
  version = "5.39.0"

  subjects = ["repo:example/payments:*", "example/ledger:*"]
}
