{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": {"AWS": ["arn:aws:iam::111122223333:user/${who}", "arn:aws:iam::111122223333:user/bob"]}}]}
