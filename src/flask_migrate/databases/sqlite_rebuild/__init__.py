"""SQLite tables that are changed by a rebuild, of which nothing is lost."""
