"""Who may know what of whom: one table of it, for feeds and sockets alike; and who consented to offers."""
