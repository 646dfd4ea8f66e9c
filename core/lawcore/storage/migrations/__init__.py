"""Alembic migrations, one script for SQLite and PostgreSQL."""
