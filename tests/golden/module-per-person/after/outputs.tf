output "users" {
  description = "Everybody."
  value = [
    module.bob.user,
    module.carol.user,
  ]
}
