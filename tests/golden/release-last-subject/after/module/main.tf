module "billing" {
  source = "./role"
  name   = "billing"
}
