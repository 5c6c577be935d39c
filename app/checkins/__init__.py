"""Check-ins: what people say, from where, and the feeds in which it is heard."""
