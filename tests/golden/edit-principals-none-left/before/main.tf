# Two lists, and both name the leaver; and one with a rest that is empty.
locals {
  partners = []
}

data "aws_iam_policy_document" "jobs" {
  statement {
    sid       = "Send"
    actions   = ["sqs:SendMessage"]
    resources = ["arn:aws:sqs:eu-west-1:111122223333:jobs"]

    principals {
      type = "AWS"
      identifiers = concat(
        ["arn:aws:iam::111122223333:user/alice"],
        ["arn:aws:iam::111122223333:user/alice-ci"],
      )
    }
  }
}

resource "aws_sqs_queue_policy" "jobs" {
  queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs"
  policy    = data.aws_iam_policy_document.jobs.json
}

data "aws_iam_policy_document" "news" {
  statement {
    sid       = "Publish"
    actions   = ["sns:Publish"]
    resources = ["arn:aws:sns:eu-west-1:111122223333:news"]

    principals {
      type        = "AWS"
      identifiers = concat(["arn:aws:iam::111122223333:user/alice"], local.partners)
    }
  }
}

resource "aws_sns_topic_policy" "news" {
  arn    = "arn:aws:sns:eu-west-1:111122223333:news"
  policy = data.aws_iam_policy_document.news.json
}

# Both lists name the leaver, and one of them somebody else.
data "aws_iam_policy_document" "kept" {
  statement {
    sid       = "Send"
    actions   = ["sqs:SendMessage"]
    resources = ["arn:aws:sqs:eu-west-1:111122223333:kept"]

    principals {
      type = "AWS"
      identifiers = concat(
        ["arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:user/bob"],
        ["arn:aws:iam::111122223333:user/alice-ci"],
      )
    }
  }
}

resource "aws_sqs_queue_policy" "kept" {
  queue_url = "https://sqs.eu-west-1.amazonaws.com/111122223333/kept"
  policy    = data.aws_iam_policy_document.kept.json
}
