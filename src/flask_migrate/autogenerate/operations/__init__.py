"""From differences to Alembic's operations, in an order in which they run and come back."""
