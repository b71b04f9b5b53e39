"""`medassist guide`: the public guide as static files."""

from __future__ import annotations

from pathlib import Path

import click

from medassist.interfaces.cli import house, programs


@click.group()
def command() -> None:
    """The public guide."""


@command.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--base", metavar="URL", default="", help="Where DIR will be served, for the site map and whole addresses."
)
def export(folder: Path, base: str) -> None:
    """Write the whole guide, in every language, as files into DIR.

    Links are relative: the folder works from a disk and under any address. DIR must be empty, absent, or an earlier
    export, which is replaced as a whole or left as it was. Search and filters need the server and are left out.
    """
    if base and not base.startswith(("http://", "https://")):
        raise click.UsageError(f"{base} is no address: it begins with http:// or https://")
    standing = programs.now()
    house.django()
    from medassist.domain.credentials import queries  # after Django is ready
    from medassist.interfaces.web.guide import export as guide

    try:
        with queries.pinned(standing):
            number, size = guide.export(folder.absolute(), base)
    except (guide.NotOurs, OSError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{number} files, {size:,} bytes in {folder}")
