locals {
  watchers = ["alice", "bob"]
}

data "aws_iam_user" "watcher" {
  count     = length(local.watchers)
  user_name = local.watchers[count.index]
}
