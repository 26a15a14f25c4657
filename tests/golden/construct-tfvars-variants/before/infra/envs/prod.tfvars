admins = ["alice", "bob"]
