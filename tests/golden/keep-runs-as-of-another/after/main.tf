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
