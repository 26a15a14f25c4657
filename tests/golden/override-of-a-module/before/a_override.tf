module "a" {
  name = "alice"
}
