"""The store of files: contents by their digest, in pieces, and the names they were handed in by."""
