locals {
  readers = ["user:kim@example.com"]
}
