"""What things cost, side by side with Flask-Migrate 4.1.0: `make bench`."""
