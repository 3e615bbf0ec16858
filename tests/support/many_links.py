"""Run by the service's own Python, with its settings and as its user: so many links for one IRO, an address a line."""

from __future__ import annotations

import sys

from sqlalchemy import select

from feedback_app.invitations import issue as invitations
from feedback_app.models.person import Person, PersonRole
from feedback_app.survey.model import LOOK_OF_BAND
from wsgi import app, parts

BAND = "8-11"


def make_links(number: int) -> list[str]:
    """Issue that many invitations of the IRO of this service; the links' addresses."""
    survey = parts.catalogue.find_survey("rate-my-review")
    made = []
    with app.app_context(), parts.database.short_write() as session:
        officer = session.scalars(
            select(Person).join(PersonRole).where(PersonRole.role == "iro")
        ).one()
        for one in range(number):
            asked = invitations.Asked(
                survey="rate-my-review",
                survey_version=survey.version,
                band=BAND,
                look=LOOK_OF_BAND[BAND],
                reference=f"INVENTED-{one}",
                how_chosen="next_due",
                pn_code="PN1",
                mode="blended",
                iro_id=officer.id,
                issuer_id=officer.id,
            )
            invitation = invitations.issue_invitation(
                session, parts.keys, asked, days=14
            )
            token = invitations.open_link(parts.keys, invitation).token
            made.append(f"{parts.settings.public_url}/r/{token}")
    return made


if __name__ == "__main__":
    sys.stdout.write("\n".join(make_links(int(sys.argv[1]))) + "\n")
