"""One database brought to another revision: the seam under env.py, and what runs through it."""
