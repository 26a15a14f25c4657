editors = [
  "user:alice@example.com",
  "user:carol@example.com",
]
