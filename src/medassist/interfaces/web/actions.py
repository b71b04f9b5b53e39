"""Writes of the web interface itself: accounts, as the office manager opens, closes and resets them."""
