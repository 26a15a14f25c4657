resource "aws_s3_bucket" "home" {
  for_each = { for name, person in local.people : name => person if person.storage }
  bucket   = "example-home-${each.key}"
}

resource "aws_kms_key" "home" {
  for_each    = local.people
  description = "Home of ${each.key}"
}
