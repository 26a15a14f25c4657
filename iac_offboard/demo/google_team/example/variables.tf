variable "project" {
  description = "Where the team's services run."
  type        = string
  default     = "acme-prod"
}

variable "project_number" {
  description = "The number of that project, as principals of its identity pools spell it."
  type        = string
  default     = "100000000001"
}

variable "data_project" {
  description = "Where the data are; its policy is in data.tf, all of it."
  type        = string
  default     = "acme-data"
}

variable "customer" {
  description = "The directory that the groups are in."
  type        = string
  default     = "C0example1"
}
