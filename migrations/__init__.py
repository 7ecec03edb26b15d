"""Schema histories: revisions import Alembic and SQLAlchemy only, and only ever add."""
