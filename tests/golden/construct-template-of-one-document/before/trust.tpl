{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
 "Principal": {"AWS": ["arn:aws:iam::${acct}:user/${who}", "arn:aws:iam::${acct}:user/bob"]}}]}
