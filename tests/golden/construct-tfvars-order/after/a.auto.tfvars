by_auto      = ["bob"]
by_last_auto = ["alice", "overridden in b.auto.tfvars.json"]
