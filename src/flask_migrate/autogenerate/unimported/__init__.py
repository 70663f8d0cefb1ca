"""Models of the application that were not imported."""
