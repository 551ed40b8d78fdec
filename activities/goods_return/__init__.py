"""The steps of a return of goods."""
