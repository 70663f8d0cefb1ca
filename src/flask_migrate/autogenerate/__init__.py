"""The difference between models and database, as a revision file and as sentences."""
