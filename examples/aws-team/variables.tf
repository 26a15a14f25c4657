variable "region" {
  description = "Where the regional resources live."
  type        = string
  default     = "us-east-1"
}

variable "artifacts_bucket" {
  description = "Bucket that builds are published to."
  type        = string
  default     = "example-team-artifacts"
}
