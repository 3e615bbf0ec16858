"""Cards for children, ten to a sheet of A4 (85 x 55 mm, two beside one another), as PDF.

Each has its own link. A card names nobody; the child's reference stands beside it on the margin, outside the cut, so
that whoever cuts sees whose card it is and a sheet that slipped cannot shift all that follow (docs/decisions/0030).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback_app.documents.qr import qr_drawing
from feedback_app.documents.typesetting import SANS, set_in_type
from feedback_app.invitations.issue import open_link, read_reference
from feedback_app.models.invitation import Invitation
from feedback_app.privacy.keys import Keys
from feedback_app.survey.catalogue import Catalogue

CARDS_A_SHEET = 10


@dataclass(frozen=True, slots=True)
class SheetCard:
    """One card. `address` opens the questions; `about_review`: a card of another survey says nothing of a review."""

    reference: str
    band: str
    address: str
    words: str
    last_day: date
    about_review: bool


def card_sheets(
    cards: Sequence[SheetCard], site: str, numbers: Mapping[str, str]
) -> bytes:
    """The PDF with these cards, in their order. `numbers`: the telephone numbers of the settings, by name."""
    return set_in_type(
        "cards.typ",
        {
            "title": _("Cards to print"),
            "language": str(get_locale() or "en").partition("_")[0],
            "fonts": list(SANS),
            "margin_words": _(
                "Print at full size. The reference beside a card says whose it is: it is cut off with the margin."
            ),
            "cards": [
                _card_data(number, card, site, numbers)
                for number, card in enumerate(cards, start=1)
            ],
        },
    )


def sheet_cards(
    session: Session,
    keys: Keys,
    catalogue: Catalogue,
    invitations: Iterable[Invitation],
    public_url: str,
) -> list[SheetCard]:
    """The cards of these waiting invitations, in their order."""
    found = []
    for one in invitations:
        link = open_link(keys, one)
        found.append(
            SheetCard(
                reference=read_reference(session, keys, one) or "",
                band=one.band,
                address=f"{public_url}/r/{link.token}",
                words=link.words,
                last_day=one.last_day,
                about_review=catalogue.find_survey(one.survey).about_review,
            )
        )
    return found


def _card_data(
    number: int, card: SheetCard, site: str, numbers: Mapping[str, str]
) -> dict[str, object]:
    return {
        "number": number,
        "reference": card.reference,
        "band": card.band,
        "drawing": qr_drawing(card.address),
        "alt": _("QR code that opens the questions"),
        "heading": _("Have your say"),
        "lead": _lead_words(card),
        "scan": _("Scan this with a phone. Or go to"),
        "site": site,
        "type_words": _("and type these four words:"),
        "words": card.words,
        "once": _(
            "Works once, until %(day)s.", day=format_date(card.last_day, "d MMMM")
        ),
        "help": _(
            "Need help now? Call %(emergency)s. Childline: %(childline)s, free, day and night.",
            emergency=numbers["emergency"],
            childline=numbers["childline"],
        ),
    }


def _lead_words(card: SheetCard) -> str:
    """What the card asks, as on the single card (templates/staff/card.html)."""
    said: dict[tuple[str, bool], str] = {
        ("4-7", True): _("How was your meeting? Tell us. We listen."),
        ("4-7", False): _("How is it for you? Tell us. We listen."),
        ("8-11", True): _("How was your review? Tell us. It can change things."),
        ("8-11", False): _("How is it for you? Tell us. It can change things."),
        ("", True): _("How was your review, really? What you say can change things."),
        ("", False): _("How is it for you, really? What you say can change things."),
    }
    band = card.band if card.band in ("4-7", "8-11") else ""
    return said[band, card.about_review]
