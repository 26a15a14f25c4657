people = ["alice", "bob", "carol"]
