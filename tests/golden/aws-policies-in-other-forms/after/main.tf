resource "aws_opensearchserverless_access_policy" "logs" {
  name = "logs"
  type = "data"
  policy = jsonencode([
    {
      Rules = [{ ResourceType = "index", Resource = ["index/logs/*"], Permission = ["aoss:ReadDocument"] }]
      Principal = [
        "arn:aws:iam::111122223333:user/bob",
      ]
    }
  ])
}

resource "aws_codecommit_approval_rule_template" "two" {
  name    = "two"
  content = <<EOF
{
  "Version": "2018-11-08",
  "Statements": [
    {
      "Type": "Approvers",
      "NumberOfApprovalsNeeded": 1,
      "ApprovalPoolMembers": ["CodeCommitApprovers:bob"]
    }
  ]
}
EOF
}

resource "aws_iam_policy" "own_files" {
  name = "own-files"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "s3:*"
      Resource  = "arn:aws:s3:::files/*"
      Condition = { StringEquals = { "aws:username" = ["bob"] } }
    }]
  })
}

resource "aws_verifiedpermissions_policy" "alice" {
  policy_store_id = "ps-1"

  definition {
    static {
      statement = "permit (principal == App::User::\"alice\", action, resource);"
    }
  }
}
