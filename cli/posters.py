"""`hailong qr …`."""

from __future__ import annotations

from pathlib import Path

import click

from cli.sheets import json_wanted
from cli.terminal import answer, opened, progress, refuse, say
from qr_templates.posters import DESIGNS, FORMATS, Design, Format, PosterError, draw
from survey.faults import Fault
from workflows.posters import Chats, posters_of


@click.command()
@click.argument("campaign")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the files.")
@click.option("--unit", help="Only the counters of the unit with this code.")
@click.option("--design", type=click.Choice(DESIGNS), default="a4", show_default=True, help="What to print.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="pdf", show_default=True, help="Kind of file.")
@click.option(
    "--emblem",
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
    help="The office's own emblem, SVG or PNG.",
)
@json_wanted
def qr(
    campaign: str, out: Path, unit: str | None, design: Design, form: Format, emblem: Path | None, as_json: bool
) -> None:
    """Draw posters for the counters of CAMPAIGN: one file each and, as PDF, one more with all of them to print."""
    with opened() as (database, settings), database.reading() as session:
        chats = Chats(settings.zalo_name, settings.zalo_link, settings.telegram_name)
        posters = posters_of(session, campaign, settings.public_url, unit_code=unit, chats=chats)
    if isinstance(posters, Fault):
        refuse([posters])
    written = []
    try:
        with progress("Drawing posters", len(posters)) as advance:
            for name, content in draw(posters, design, form, emblem, advance):
                out.mkdir(parents=True, exist_ok=True)
                (out / name).write_bytes(content)
                written.append(name)
    except PosterError as error:
        refuse([Fault(error.code, "--emblem", error.facts)])
    except OSError as error:
        refuse([Fault("folder_not_writable", str(out), {"found": error.strerror or type(error).__name__})])
    if as_json:
        answer({"ok": True, "folder": str(out), "counters": len(posters), "files": written})
    else:
        say(
            "{files} files for {counters} counters are in {folder}.",
            files=len(written),
            counters=len(posters),
            folder=out,
        )
