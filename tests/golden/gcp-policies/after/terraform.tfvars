editors = [
  "user:carol@example.com",
]
