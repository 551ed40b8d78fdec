"""The client's cabinet, one module a family of pages."""
