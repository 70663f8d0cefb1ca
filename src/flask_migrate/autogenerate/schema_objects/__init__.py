"""What has a name of its own beside the tables: enums, domains, sequences, schemas."""
