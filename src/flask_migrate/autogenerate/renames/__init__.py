"""What was renamed: said beforehand, told by the models, or asked about."""
