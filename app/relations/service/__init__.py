"""What people do to one another, a file for each kind of thing."""
