module "bob" {
  source = "./person"
  name   = "bob"
}
