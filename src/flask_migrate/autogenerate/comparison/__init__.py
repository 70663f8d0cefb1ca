"""What the models want beside what the database has: facts in, differences out."""
