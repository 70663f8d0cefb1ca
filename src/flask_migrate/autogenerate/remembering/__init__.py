"""Which tables need no look: fingerprints of database and models, and where they are kept."""
