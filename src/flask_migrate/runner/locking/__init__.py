"""The migration lock: who may migrate a database, who waits, and for whom."""
