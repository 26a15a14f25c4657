resource "okta_user" "bob" {
  first_name   = "Bob"
  last_name    = "Example"
  login        = "bob@example.com"
  email        = "bob@example.com"
  manager      = "alice@example.com"
  second_email = "alice@example.com"
}
