module "payments" {
  source = "./role"
  name   = "payments"
}

module "billing" {
  source = "./role"
  name   = "billing"
}
