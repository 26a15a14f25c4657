${jsonencode({
  Statement = [{
    Effect = "Allow"
    Action = "sts:AssumeRole"
    Principal = { AWS = [for u in users : "arn:aws:iam::111122223333:user/${u}"] }
  }]
})}
