output "arns" {
  value = ["x"]
}
output "obj" {
  value = { b = "keep" }
}
output "func" {
  value = join(",", ["y"])
}
output "records" {
  value = [{ arn = "arn:aws:iam::111122223333:user/bob", team = "web" }]
}
output "nested" {
  value = { people = ["x"], more = { b = "keep" } }
}
locals {
  arns = ["x"]
}
