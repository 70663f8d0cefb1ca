"""The tests of Flask-Migrate."""
