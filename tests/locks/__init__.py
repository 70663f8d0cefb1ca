"""The migration lock, on real servers, between real processes."""
