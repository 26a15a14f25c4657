resource "google_cloud_identity_group" "oncall" {
  parent               = "customers/${var.customer}"
  display_name         = "On call"
  initial_group_config = "EMPTY"

  group_key {
    id = "oncall@example.com"
  }

  labels = {
    "cloudidentity.googleapis.com/groups.discussion_forum" = ""
  }
}

resource "google_cloud_identity_group_membership" "oncall" {
  for_each = toset(["alice@example.com", "bob@example.com"])

  group = google_cloud_identity_group.oncall.id

  preferred_member_key {
    id = each.value
  }

  roles {
    name = "MEMBER"
  }
}
