"""A file of check-ins played as phones against a running server, and checked against the reference."""
