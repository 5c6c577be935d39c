"""The personal tag: what it shows, who reads it, and what is then disclosed of whoever carries it."""
