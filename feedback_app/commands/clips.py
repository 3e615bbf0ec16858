"""Which words of the surveys are heard from a recording, and which are not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.clip_names import present_clips, script_line, script_rows
from feedback_app.survey.clips import Clip, read_notes, write_notes
from feedback_app.web.child_languages import ENGLISH, child_languages, numbers_in
from feedback_app.web.service_details import refresh_details


@click.command("clips")
@click.option(
    "--survey",
    "only",
    help="One survey only, by its key; also lists a survey without any clip.",
)
@click.option("--language", help="One language only, by its code.")
@click.option(
    "--note",
    is_flag=True,
    help="Note that the new clips say the texts as they are now.",
)
@with_appcontext
def list_clips(only: str | None, language: str | None, note: bool) -> None:
    """List every text of the surveys and whether it has an audio clip: the script to record from."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    english = refresh_details(app, at_once=True).catalogue
    for key in dict.fromkeys(
        survey.key for survey in english.surveys if only in (None, survey.key)
    ):
        recorded = [
            clip
            for clip in english.clips
            if clip.survey == key and language in (None, clip.language)
        ]
        if not recorded and only is None:
            click.echo(f"{key}: no clips")
        codes = dict.fromkeys(clip.language for clip in recorded) or (
            [language or ENGLISH] if only else []
        )
        for code in codes:
            catalogue = _in_language(code)
            if catalogue is None:
                click.echo(
                    f"{key} {code}: there is no translation, so nobody hears these clips"
                )
                continue
            mine = [clip for clip in recorded if clip.language == code]
            if note and mine:
                _note(catalogue, key, mine, numbers_in(catalogue))
            else:
                _table(catalogue, key, numbers_in(catalogue))


def _table(catalogue: Catalogue, key: str, numbers: Mapping[str, str]) -> None:
    for band in catalogue.find_survey(key).bands:
        found = script_rows(catalogue, key, band, numbers)
        heard = sum(row.state == "clip" for row in found)
        click.echo(
            f"{key} {catalogue.language} {band}: {heard} of {len(found)} have a clip"
        )
        for row in found:
            click.echo(f"  {row.state:11}  {row.name:30}  {row.words}")
            if row.recorded:
                click.echo(f"  {'':11}  {'the clip says':>30}  {row.recorded}")


def _note(
    catalogue: Catalogue, key: str, recorded: Iterable[Clip], numbers: Mapping[str, str]
) -> None:
    """What was noted of a file stays as long as its bytes do: words that change later need a new recording."""
    lines: dict[Path, dict[tuple[str, str], str]] = {}
    for clip in recorded:
        folder = clip.path.parent.parent
        line = present_clips(catalogue, key, clip.band).get(clip.name, "")
        words = clip.noted or script_line(line, numbers)
        lines.setdefault(folder, {})[f"{clip.band}/{clip.path.name}", clip.digest] = (
            words
        )
    for folder, notes in lines.items():
        new = len(notes.keys() - read_notes(folder).keys())
        write_notes(folder, notes)
        click.echo(f"{key} {catalogue.language}: {new} noted, {len(notes)} in all")


def _in_language(code: str) -> Catalogue | None:
    """The catalogue in that language, None where nothing is translated into it."""
    try:
        return child_languages().catalogue_in(code)
    except KeyError:
        return None
