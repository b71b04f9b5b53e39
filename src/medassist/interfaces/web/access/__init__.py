"""Signing in: who it is, how that is proved, how long it holds."""
