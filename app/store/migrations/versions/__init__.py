"""The steps from one version of the tables to the next: Alembic revisions of literal SQL, frozen once released."""
