# A namesake of another account, a longer name, and what people write about things.
resource "aws_ssm_parameter" "namesake" {
  name        = "/namesake"
  type        = "String"
  value       = "arn:aws:iam::999988887777:role/deployer"
  description = "once arn:aws:iam::111122223333:role/deployer"
}

resource "aws_ssm_parameter" "longer" {
  name  = "/longer"
  type  = "String"
  value = "arn:aws:iam::111122223333:role/deployer-next"

  tags = {
    replaces = "arn:aws:iam::111122223333:role/deployer"
  }
}
