"""People, their sessions and the tokens that prove them."""
