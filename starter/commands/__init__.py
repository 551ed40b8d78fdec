"""What people and programs may ask for: one plain function a command, called by the API, the pages
and the command line.

A command gets the services, the caller, the command's id and the request; it returns the case's
answer, or raises a `Refusal`. It knows neither HTTP nor a terminal.
"""
