resource "okta_user" "bob" {
  first_name   = "Bob"
  last_name    = "Example"
  login        = "bob@example.com"
  email        = "bob@example.com"
  manager      = "alice@example.com"
  second_email = "alice@example.com"
}

# Her own, whatever it has beside.
resource "okta_user" "alice" {
  first_name   = "Alice"
  last_name    = "Example"
  login        = "alice@example.com"
  email        = "alice@example.com"
  second_email = "alice@example.com"
}
