"""How column types are written, with imports that were proved to work."""
