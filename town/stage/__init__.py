"""What a play needs before it begins: who plays, what they belong to, which offers there are, who listens."""
