"""The HTTP API; `app.create_app` builds it."""
