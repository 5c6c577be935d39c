"""Who should have heard, been part of and been offered what: slow, obvious, and written from the words alone."""
