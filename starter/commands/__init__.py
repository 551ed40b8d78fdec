"""What people and programs may ask for: one plain function a command, called by every door.

A command takes the services, who asks, the command's id and what is asked; it answers what the case
answered, or raises a `Refusal`. It knows neither HTTP nor a terminal.
"""
