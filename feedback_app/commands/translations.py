"""Commands for translators' files: what is done in which language, and the files brought in step with the words.

`surveys.pot` holds every string that a child may read, with the survey, band and question it stands in; each
`<language>/LC_MESSAGES/surveys.po` is that in one language. docs/translations.md says how a language is added.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

import click
from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po
from flask.cli import AppGroup, with_appcontext

from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.translate import translatable_lines
from feedback_app.web.child_languages import DOMAIN, child_languages
from feedback_app.web.context import instance
from feedback_app.web.gettext import FOLDER

TEMPLATE = FOLDER / f"{DOMAIN}.pot"
WIDTH = 110
HEAD = r""""MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"""
translations = AppGroup(
    "translations", help="Show and update the translations of what children read."
)


@translations.command("status")
@with_appcontext
def show_status() -> None:
    """List for each survey and language how much is translated and approved, and whether it is offered."""
    found = child_languages()
    click.echo(
        f"{'survey':16}{'language':10}{'strings':>9}{'translated':>12}{'approved':>10}  offered"
    )
    for (survey, code), standing in sorted(found.standing.items()):
        offer = next((one for one in found.offers[survey] if one.code == code), None)
        offered = "no" if offer is None else "yes, as a draft" if offer.draft else "yes"
        numbers = f"{standing.needed:9}{standing.translated:12}{standing.approved:10}"
        click.echo(f"{survey:16}{code:10}{numbers}  {offered}")


@translations.command("update")
@click.option(
    "--check",
    is_flag=True,
    help="Change nothing; exit with 1 if a file is out of date.",
)
@with_appcontext
def bring_in_step(check: bool) -> None:
    """Update the template and each language's file: add new strings, drop old ones, keep drafts."""
    template = template_of(instance().catalogue)
    files = {TEMPLATE: render_catalogue(template)}
    for path in sorted(FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        files[path] = render_catalogue(in_step(path, template))
    behind = [
        path
        for path, text in files.items()
        if not path.exists() or path.read_bytes() != text
    ]
    for path in behind:
        if not check:
            path.write_bytes(files[path])
        click.echo(
            f"{path.relative_to(FOLDER.parent)} {'is behind the words' if check else 'brought in step'}"
        )
    if check and behind:
        click.echo("run 'make catalogues'")
        sys.exit(1)


def template_of(catalogue: Catalogue) -> Catalog:
    """Every string that a child may read, without words in another language."""
    template = Catalog(fuzzy=False, project="Rate my Review", charset="utf-8")
    for line in translatable_lines(catalogue):
        template.add(
            line.english, context=line.context, auto_comments=(), user_comments=()
        )
    return template


def in_step(path: Path, template: Catalog) -> Catalog:
    """That language's file with the strings of today. A changed string is a new one: nothing is guessed."""
    with path.open("rb") as file:
        known = read_po(file, locale=path.parts[-3])
    known.update(template, no_fuzzy_matching=True, update_creation_date=False)
    known.obsolete.clear()
    return known


def render_catalogue(catalogue: Catalog) -> bytes:
    """The file of it, alike each time that the words are alike: its head has no date."""
    head = f'msgid ""\nmsgstr ""\n"Language: {catalogue.locale_identifier or ""}\\n"\n{HEAD}\n'
    out = BytesIO(head.encode())
    out.seek(0, 2)
    write_po(out, catalogue, width=WIDTH, omit_header=True, ignore_obsolete=True)
    return out.getvalue()
