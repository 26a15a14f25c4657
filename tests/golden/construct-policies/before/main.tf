locals {
  alice = "arn:aws:iam::111122223333:user/alice"
  bob   = "arn:aws:iam::111122223333:user/bob"
}

data "aws_iam_policy_document" "source" {
  statement {
    sid     = "Source"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = [local.bob, "arn:aws:iam::111122223333:user/alice"]
    }
  }
}

data "aws_iam_policy_document" "override" {
  statement {
    sid     = "Override"
    actions = ["sts:TagSession"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:user/alice", local.bob]
    }
  }
}

data "aws_iam_policy_document" "merged" {
  source_policy_documents   = [data.aws_iam_policy_document.source.json]
  override_policy_documents = [data.aws_iam_policy_document.override.json]

  statement {
    sid     = "Override"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }

  dynamic "statement" {
    for_each = {
      alice = "arn:aws:iam::111122223333:user/alice"
      carol = "arn:aws:iam::111122223333:user/carol"
    }
    iterator = person

    content {
      sid     = "For${title(person.key)}"
      actions = ["sts:AssumeRole"]

      principals {
        type        = "AWS"
        identifiers = [person.value]
      }
    }
  }
}

resource "aws_iam_role" "merged" {
  name               = "merged"
  assume_role_policy = data.aws_iam_policy_document.merged.json
}

resource "aws_iam_role" "encoded" {
  name = "encoded"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { AWS = [local.bob, "arn:aws:iam::111122223333:user/alice"] }
      },
    ]
  })
}

resource "aws_iam_role" "heredoc" {
  name               = "heredoc"
  assume_role_policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole",
         "Principal": {"AWS": ["${local.bob}", "arn:aws:iam::111122223333:user/alice"]}}
      ]
    }
  JSON
}

resource "aws_iam_role" "file" {
  name               = "file"
  assume_role_policy = file("${path.module}/trust.json")
}

resource "aws_iam_role" "template" {
  name = "template"
  assume_role_policy = templatefile("${path.module}/trust.json.tftpl", {
    people = [local.bob, "arn:aws:iam::111122223333:user/alice"]
  })
}
