module "access" {
  source = "./access"
  people = ["alice"]
}
