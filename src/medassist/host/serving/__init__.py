"""Between granian's RSGI and our two kinds of application: WSGI in threads for pages, ASGI for what streams.

Why not ASGI for all: docs/decisions/serving.md.
"""

from medassist.host.serving.asgi import AsgiApplication
from medassist.host.serving.router import Router
from medassist.host.serving.wsgi import WsgiApplication

__all__ = ["AsgiApplication", "Router", "WsgiApplication"]
