resource "google_bigquery_dataset" "sales" {
  dataset_id = "sales"

  access {
    role          = "OWNER"
    special_group = "projectOwners"
  }
}

locals {
  readers = ["bob@example.com"]
}

resource "google_bigquery_dataset" "events" {
  dataset_id = "events"

  dynamic "access" {
    for_each = local.readers
    content {
      role          = "READER"
      user_by_email = access.value
    }
  }
}
