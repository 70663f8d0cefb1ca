"""`MigrateCommand`: ``python manage.py db ...``, on our Flask-Script and on the genuine one."""
