"""The demo office and its played day."""
