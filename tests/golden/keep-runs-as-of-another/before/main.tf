resource "aws_iam_role" "etl" {
  name = "etl"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_instance_profile" "etl" {
  name = "etl"
  role = aws_iam_role.etl.name
}

resource "aws_sagemaker_user_profile" "bob" {
  domain_id         = "d-abcdef123456"
  user_profile_name = "bob"

  user_settings {
    execution_role = aws_iam_role.etl.arn
  }
}

resource "aws_lambda_function" "report" {
  function_name = "report"
  role          = "arn:aws:iam::111122223333:role/etl"
  runtime       = "python3.12"
  handler       = "main.handler"
  filename      = "report.zip"
}
