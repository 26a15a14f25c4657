resource "aws_iam_user" "a" {
  name = "alice"
}
output "arns" {
  value = [aws_iam_user.a.arn, "x"]
}
output "obj" {
  value = { a = aws_iam_user.a.arn, b = "keep" }
}
output "str" {
  value = "${aws_iam_user.a.arn}-and-more"
}
output "only" {
  value = [aws_iam_user.a.arn]
}
output "one" {
  value = aws_iam_user.a.arn
}
output "desc" {
  description = "ARN of the person"
  value       = aws_iam_user.a.arn
}
output "func" {
  value = join(",", [aws_iam_user.a.arn, "y"])
}
output "records" {
  value = [{ arn = aws_iam_user.a.arn, team = "web" }, { arn = "arn:aws:iam::111122223333:user/bob", team = "web" }]
}
output "nested" {
  value = { people = [aws_iam_user.a.arn, "x"], more = { a = aws_iam_user.a.arn, b = "keep" } }
}
output "record" {
  value = [{ arn = aws_iam_user.a.arn, team = "web" }]
}
locals {
  arns = [aws_iam_user.a.arn, "x"]
}
