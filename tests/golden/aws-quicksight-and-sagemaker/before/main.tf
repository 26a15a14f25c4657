resource "aws_quicksight_user" "alice" {
  email         = "alice@example.com"
  user_name     = "alice@example.com"
  identity_type = "QUICKSIGHT"
  user_role     = "AUTHOR"
}

resource "aws_quicksight_group_membership" "alice" {
  group_name  = "finance"
  member_name = aws_quicksight_user.alice.user_name
}

resource "aws_quicksight_folder" "reports" {
  folder_id = "reports"
  name      = "reports"

  permissions {
    actions   = ["quicksight:DescribeFolder"]
    principal = "arn:aws:quicksight:eu-west-1:111122223333:user/default/bob@example.com"
  }

  permissions {
    actions   = ["quicksight:DescribeFolder", "quicksight:UpdateFolder"]
    principal = "arn:aws:quicksight:eu-west-1:111122223333:user/default/alice@example.com"
  }
}

resource "aws_iam_role" "studio" {
  name               = "studio"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "aws_sagemaker_user_profile" "people" {
  for_each = toset(["alice", "bob"])

  domain_id         = "d-abcdef123456"
  user_profile_name = each.key

  user_settings {
    execution_role = aws_iam_role.studio.arn
  }
}

# Its volume holds notebooks.
resource "aws_sagemaker_space" "alice" {
  domain_id  = "d-abcdef123456"
  space_name = "alice-experiments"

  ownership_settings {
    owner_user_profile_name = "alice"
  }
}
