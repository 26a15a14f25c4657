variable "alarms_to" {
  type    = list(string)
  default = ["alice@example.com", "bob@example.com"]
}

resource "aws_sns_topic_subscription" "alarms" {
  for_each  = toset(var.alarms_to)
  topic_arn = "arn:aws:sns:eu-west-1:111122223333:alarms"
  protocol  = "email"
  endpoint  = each.value
}

resource "aws_sns_topic_subscription" "alice" {
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
    subscriber_email_addresses = ["alice@example.com"]
  }
}

resource "aws_cloudwatch_metric_alarm" "cpu" {
  alarm_name          = "cpu"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  alarm_description   = "Call alice@example.com"
}
