"""Bad input, as a user meets it: one sentence on stderr, an exit code, nothing changed."""
