"""The pages: a door beside the API, on the same commands and reads."""
