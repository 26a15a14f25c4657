module "eks" {
  source  = "terraform-aws-modules/eks/aws"
  version = "21.0.0"

  access_entries = {
    deployer = { principal_arn = aws_iam_role.deployer.arn }
    carol    = { principal_arn = "arn:aws:iam::111122223333:user/carol" }
  }
}
