"""The central PostgreSQL database that stations sync to: sending sittings there, reading and checking them there."""
