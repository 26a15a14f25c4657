{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": {"AWS": ${jsonencode(who)}}}]}
