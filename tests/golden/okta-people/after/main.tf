resource "okta_user" "bob" {
  first_name = "Bob"
  last_name  = "Example"
  login      = "bob@example.com"
  email      = "bob@example.com"
}

resource "okta_group" "platform" {
  name = "platform"
}

resource "okta_group" "solo" {
  name = "solo"
}

resource "okta_group_memberships" "platform" {
  group_id = okta_group.platform.id
  users = [
    okta_user.bob.id,
  ]
}
