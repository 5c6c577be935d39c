"""Getting back in: e-mail addresses, and letters with links by which a forgotten password is replaced."""
