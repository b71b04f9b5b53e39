"""The web: sign-in, the site map, and pages that combine several domains."""
