data "template_file" "archive" {
  template = file("${path.module}/policies/archive.tpl")
  vars = {
    bucket = "archive"
    writer = "arn:aws:iam::111122223333:user/bob"
  }
}

resource "aws_s3_bucket_policy" "archive" {
  bucket = "archive"
  policy = data.template_file.archive.rendered
}

data "template_file" "inbox" {
  template = file("${path.module}/policies/inbox.tpl")
  vars = {
    first  = "arn:aws:iam::111122223333:user/alice"
    second = "arn:aws:iam::111122223333:user/bob"
  }
}

resource "aws_s3_bucket_policy" "inbox" {
  bucket = "inbox"
  policy = data.template_file.inbox.rendered
}
