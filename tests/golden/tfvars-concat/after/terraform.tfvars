admins = [
  "bob",
]
