output "users" {
  description = "Everybody."
  value = [
    module.alice.user,
    module.bob.user,
    module.carol.user,
  ]
}
