"""The history: reading the revision files, finding a revision, describing it."""
