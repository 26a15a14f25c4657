resource "aws_iam_group" "readers" {
  name = "readers"
}

resource "aws_iam_user" "person" {
  for_each = toset(["alice", "bob", "carol"])
  name     = each.key
}

resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}

resource "aws_sqs_queue_policy" "jobs" {
  queue_url = aws_sqs_queue.jobs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Action    = "sqs:*"
      Resource  = "*"
      Principal = { AWS = "arn:aws:iam::111122223333:user/alice" }
    }]
  })
}
