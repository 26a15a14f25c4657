admins = [
  "bob",
  "alice", # until the audit is over
]
