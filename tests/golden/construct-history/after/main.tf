locals {
  people = {
    bob = "blue"
  }
}

resource "aws_iam_user" "person" {
  for_each = local.people
  name     = each.key
}

moved {
  from = aws_iam_user.alice
  to   = aws_iam_user.person["alice"]
}

moved {
  from = aws_iam_user.bob
  to   = aws_iam_user.person["bob"]
}

import {
  for_each = local.people
  to       = aws_iam_user.person[each.key]
  id       = each.key
}

removed {
  from = aws_iam_user.carol

  lifecycle {
    destroy = false
  }
}

check "people" {
  data "aws_iam_user" "bob" {
    user_name = "bob"
  }

  assert {
    condition     = data.aws_iam_user.bob.user_name == "bob"
    error_message = "bob is gone"
  }
}
