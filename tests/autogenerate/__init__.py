"""The examination of autogenerate: changes, what is none, and random pairs of schemas."""
