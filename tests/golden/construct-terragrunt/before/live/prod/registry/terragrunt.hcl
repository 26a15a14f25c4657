terraform {
  source = "tfr:///terraform-aws-modules/iam/aws//modules/iam-user?version=5.30.0"
}

inputs = {
  name = "bob"
}
