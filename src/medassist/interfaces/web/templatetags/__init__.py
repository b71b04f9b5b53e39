"""Tags of the templates that only the web interface has."""
