"""The look: base templates, components, helpers for pages, static files.

Kept here: what every page is made of. Not here: anything one domain alone shows; that lies beside the domain.
"""
