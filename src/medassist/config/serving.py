"""What the web server serves: streams and agents by async applications, everything else by Django in threads."""

import importlib
import importlib.util

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

from medassist.host.serving import AsgiApplication, Router, WsgiApplication  # noqa: E402

# path prefix -> module that holds an ASGI `app`; one that is not installed is not served
_STREAMS = {
    "/board/stream": "medassist.interfaces.web.streams",
    "/stream/": "medassist.interfaces.web.streams",
    "/mcp": "medassist.interfaces.mcp.server",
}


def _streams() -> dict[str, AsgiApplication]:
    found: dict[str, AsgiApplication] = {}
    for module in dict.fromkeys(_STREAMS.values()):
        if importlib.util.find_spec(module.rpartition(".")[0]) and importlib.util.find_spec(module):
            found[module] = AsgiApplication(importlib.import_module(module).app)
    return {prefix: found[module] for prefix, module in _STREAMS.items() if module in found}


application = Router(_streams(), WsgiApplication(get_wsgi_application(), threads=settings.MEDASSIST_WEB_THREADS))
