"""What people can do, over HTTP: one folder per feature, on a ladder of what may know what."""
