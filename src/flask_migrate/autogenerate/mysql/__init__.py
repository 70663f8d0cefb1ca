"""What MariaDB and MySQL must be told in other statements than Alembic has."""
