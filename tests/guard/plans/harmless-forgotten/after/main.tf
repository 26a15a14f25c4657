removed {
  from = aws_iam_user.person

  lifecycle {
    destroy = false
  }
}
