"""`make demo`: plays stories on a stack of its own, through the API, Telegram and mail, and checks
the results.
"""
