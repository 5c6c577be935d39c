"""What people are told of things they have a part in: it is kept for them, and told at once to those who listen."""
