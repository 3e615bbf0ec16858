"""The screens around a survey's own questions: the opening, the helper's page, the last questions and the check."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from feedback_app.survey.answers import FIELD
from feedback_app.survey.model import Question, Survey
from feedback_app.survey.path import MORE
from feedback_app.survey.types import HELPER_LIMIT
from feedback_app.survey_page.speaker import NOT_SAFE, Speaker
from feedback_app.survey_page.views import By, Part, Screen, with_lead

TALKS = ("advocate", "iro", "other")
"""The answers to `talk_to` that ask for somebody: all but "no"."""
TALK_HOW_AFTER = ("advocate", "iro", NOT_SAFE, "other")
"""What is said on the screen of `talk_to`, after which the page asks where it is safe to talk."""
SAFE_ADULT = "safe_adult"
IRO = "iro"
OTHER = "other"
HELPS_NOW, HELPED = "helping", "helped"
"""The two fields that say who helps, of which one is asked: on the helper's page, else at the end."""
ASIDES = ("open_choice", "open_safe", "privacy", "leave", "not_for_me")
"""What "More about this" opens on the first screen, in order."""
READERS_LINE = 2
"""Where the lines of `open` say who reads the answers: after what it is, and how long it takes."""
YOUNGEST = "4-7"


def opening_screens(words: Speaker, survey: Survey, by: By) -> list[Screen]:
    """One screen, and the first question follows; the helper's page is opened from it.

    An IRO says words of their own aloud; who keys in a form only says who helped with it.
    """
    if by == "verbal":
        return [words.build_screen("iro_aloud_start")]
    if by == "paper":
        return [_who_helped(words, survey)]
    first = words.build_screen("open", "open", asides=ASIDES)
    about, *lines = first.body
    first = replace(
        first,
        body=(about, *map(with_lead, lines)),
        picture=words.picture_of_opening(),
        ask=words.find_text("helper").extra["ask"],
        who_if_iro_helps=words_if_iro_helps(words, survey, by, "open", READERS_LINE),
    )
    return [first, _helper(words, survey)]


def _helper(words: Speaker, survey: Survey) -> Screen:
    """The page of whoever helps: who it is ("no one" stands last), and how to help. It leads back to the child."""
    asked = _who_helped(words, survey)
    return replace(
        words.build_screen("helper", "helper", name=HELPS_NOW),
        choices=(*asked.choices[1:], *asked.choices[:1]),
        box=asked.box,
        box_for=asked.box_for,
        limit=asked.limit,
        who=asked.who,
        ask=words.find_text("helper").extra["who"],
        aside=True,
    )


def _who_helped(words: Speaker, survey: Survey) -> Screen:
    """Who helped. A child whose IRO does reads that they know it then, and how to say something without them."""
    asked = words.build_screen(HELPED, "one", name=HELPED)
    told = Markup(" ").join(words.build_passage("iro_helps").body)
    return replace(
        asked,
        choices=tuple(
            replace(one, note=told) if one.id == IRO else one
            for one in asked.choices
            if one.id != IRO or words.iro or not survey.asks_iro_sees
        ),
        box_for=OTHER,
        limit=HELPER_LIMIT,
    )


def words_if_iro_helps(
    words: Speaker, survey: Survey, by: By, text_id: str, line: int = 0
) -> Markup | None:
    """What a text says of who reads the answers where the IRO helps; None where no IRO can be helping.

    It is the text's line `who_reads`, else that line of its body, as a child without an IRO reads it.
    """
    helpers = _who_helped(words, survey).choices
    if by != "child" or all(one.id != IRO for one in helpers):
        return None
    text = replace(words, iro=False).build_passage(text_id)
    readers = text.extra.get("who_reads") or text.body[line]
    return readers + " " + words.build_passage("iro_helps").body[0]


def closing_screens(words: Speaker, survey: Survey, by: By) -> list[Screen]:
    """Who should talk with the child, who helped, and who may see it.

    An IRO who helped knows the answers, and nobody is asked whether they may see them.
    """
    asked = _who_helped(words, survey)
    named = tuple(one.id for one in asked.choices)
    helped = replace(asked, show=((HELPS_NOW, "unless", named),))
    iro_sees = survey.asks_iro_sees and words.iro and by != "verbal"
    said = words.build_passage("talk_how").extra
    talk_how = replace(
        words.build_screen("talk_how", "many", name="talk_how"),
        show=(("talk_to", "is", TALK_HOW_AFTER),),
        who_if_iro_helps=words_if_iro_helps(words, survey, by, "talk_how"),
        parts=(Part(said["asked"], ("talk_to", TALKS)),),
        asks=Part(said["whom"], ("talk_to", ("other",))),
    )
    return [
        words.build_screen("talk_to", "one", name="talk_to"),
        talk_how,
        *([helped] if by == "child" else []),
        *([_iro_sees(words)] if iro_sees else []),
    ]


def check_screen(words: Speaker, survey: Survey, by: By) -> Screen:
    """The last look, with Send. The youngest, and who keeps no draft, look at their answers only when they ask to."""
    verbal = by == "verbal"
    return replace(
        words.build_screen("iro_aloud_end" if verbal else "check", "check"),
        send=words.build_passage("send"),
        covered=not verbal and (words.band == YOUNGEST or not survey.keep_draft),
    )


def _iro_sees(words: Speaker) -> Screen:
    return replace(
        words.build_screen("iro_sees", "one", name="iro_sees"),
        show=tuple((name, "unless", (IRO,)) for name in (HELPS_NOW, HELPED)),
    )


def help_after(words: Speaker, question: Question) -> list[Screen]:
    """Who can help, at once, for a child who says that there is nobody (rule S1)."""
    if question.id != SAFE_ADULT:
        return []
    return [
        replace(
            words.build_screen("safe_help"),
            calls=True,
            show=((f"{FIELD}{question.id}", "is", ("no",)),),
        )
    ]


def ask_after_core(
    words: Speaker, survey: Survey, question: Question, by: By
) -> list[Screen]:
    """Send now, or answer more? Not asked where somebody keys in what a child has answered already."""
    if question.id != survey.core or by != "child":
        return []
    return [words.build_screen(MORE, "one", name=MORE)]
