module "alice" {
  source = "./person"
  name   = "alice"
  email  = "alice@example.com"
}

module "bob" {
  source  = "./person"
  name    = "bob"
  email   = "bob@example.com"
  manager = "alice@example.com"
}

module "carol" {
  source  = "./person"
  name    = "carol"
  email   = "carol@example.com"
  manager = module.alice.email
}
