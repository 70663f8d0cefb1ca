"""Migrations folders of every earlier release, and what applications do with Flask-Migrate."""
