resource "google_cloud_identity_group" "oncall" {
  parent               = "customers/C0example1"
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
  for_each = toset(["bob@example.com"])

  group = google_cloud_identity_group.oncall.id

  preferred_member_key {
    id = each.value
  }

  roles {
    name = "MEMBER"
  }
}

resource "google_project_iam_member" "oncall" {
  project = "acme-group"
  role    = "roles/monitoring.viewer"
  member  = "group:oncall@example.com"
}
