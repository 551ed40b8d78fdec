"""The commands about cases of every kind."""
