"""What people will not hear of: others, communities, businesses and topics, by the names these go by."""
