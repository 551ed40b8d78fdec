"""Refunds while processes are killed and the acquirer misbehaves: is every kopeck paid once?"""
