"""A module's database, its books, and the product's own way to it."""

from tests.fixtures import books, database

__all__ = ["books", "database"]
