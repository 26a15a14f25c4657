people = {
  alice = { email = "alice@example.com" }
  bob   = { email = "bob@example.com", groups = ["admins"] }
}
