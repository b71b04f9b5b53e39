"""The web server's own process: loads Django once, then forks its workers."""

from __future__ import annotations

import gc
import os

import click

from medassist.interfaces.cli import house


@click.command(hidden=True)
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8000)
@click.option("--workers", default=2)
@click.option("--certificate", type=click.Path(exists=True))
@click.option("--key", type=click.Path(exists=True))
def command(host: str, port: int, workers: int, certificate: str | None, key: str | None) -> None:
    """Serve pages, the FHIR API and streams on one port."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medassist.config.settings")
    house.django()
    serve(host, port, workers, certificate, key)


def serve(host: str, port: int, workers: int, certificate: str | None = None, key: str | None = None) -> None:
    """Run granian; its workers inherit what is loaded here, which saves a second and the memory of a copy each."""
    import importlib
    from pathlib import Path

    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    importlib.import_module("medassist.config.serving")
    gc.collect()
    gc.freeze()  # what is shared with the workers stays shared: the collector does not touch it again
    Granian(
        "medassist.config.serving:application",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=workers,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=4,
        ssl_cert=Path(certificate) if certificate else None,
        ssl_key=Path(key) if key else None,
    ).serve()
