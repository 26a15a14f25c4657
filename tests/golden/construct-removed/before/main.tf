# Forgotten, not destroyed.
removed {
  from = aws_iam_user.alice

  lifecycle {
    destroy = false
  }
}

removed {
  from = module.people.aws_iam_user.alice

  lifecycle {
    destroy = true
  }
}

resource "aws_iam_user" "lead" {
  name = "alice"
}

removed {
  from = aws_iam_user.former_lead

  lifecycle {
    destroy = false
  }
}
