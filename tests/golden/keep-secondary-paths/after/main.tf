resource "aws_iam_policy" "alice_boundary" {
  name        = "alice-boundary"
  description = "Written by alice@example.com"
  policy      = "{}"
}

# bob is still here
resource "aws_iam_user" "bob" {
  name                 = "bob"
  path                 = "/alice/"
  permissions_boundary = "arn:aws:iam::111122223333:policy/alice"

  tags = {
    manager = "alice@example.com"
  }
}

resource "aws_sns_topic_subscription" "alarms" {
  topic_arn = "arn:aws:sns:eu-west-1:111122223333:alarms"
  protocol  = "email"
  endpoint  = "alice@example.com"
}

resource "aws_budgets_budget" "monthly" {
  name         = "monthly"
  budget_type  = "COST"
  limit_amount = "100"
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  notification {
    comparison_operator        = "GREATER_THAN"
    threshold                  = 100
    threshold_type             = "PERCENTAGE"
    notification_type          = "ACTUAL"
    subscriber_email_addresses = ["alice@example.com", "bob@example.com"]
  }
}
