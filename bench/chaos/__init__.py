"""Refunds and renewals while processes die and the outside misbehaves: is any kopeck lost?"""
