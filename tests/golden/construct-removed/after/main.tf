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

removed {
  from = aws_iam_user.former_lead

  lifecycle {
    destroy = false
  }
}
