"""The words of the children's page, for each band: short for the youngest, plain for all. Braces are filled in.

They are English alone, as the page is: it is printed, and read by a person who helps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BandWords:
    """One band's words. `facts`, `liked`: measure -> the sentence; the facts in the order in which they are told."""

    opening: str
    opening_without: str
    facts: Mapping[str, str]
    liked: Mapping[str, str]
    after: tuple[str, ...]
    call: tuple[str, ...]
    liked_title: str = "What you liked"
    wanted_title: str = "What you wanted to change"
    did_title: str = "What we did"
    doing_title: str = "What we are doing"
    cannot_title: str = "What we could not do, and why"
    after_title: str = "What happens with what you write"
    call_title: str = "Who to call"


WORDS: Mapping[str, BandWords] = {
    "4-7": BandWords(
        opening="{number} children told us about their meeting. Thank you!",
        opening_without="Children told us about their meeting. Thank you!",
        facts={
            "know_iro": "{people} of {of} children know who their IRO is.",
            "told_after": "{people} of {of} children were told what comes next.",
            "meeting_ok": "{people} of {of} children said it was good.",
        },
        liked={
            "meeting_ok": "The meeting was good.",
            "said": "You could say what you wanted.",
            "listened": "People listened to you.",
            "told_after": "Someone told you what comes next.",
        },
        after=(
            "A person reads all of it.",
            "If you are not safe, we help you.",
            "We do not tell others your name.",
        ),
        call=(
            "Talk to a grown-up you trust.",
            "Childline: {childline}. It is free.",
        ),
        doing_title="What we do now",
        cannot_title="What we can not do",
    ),
    "8-11": BandWords(
        opening="{number} children told us about their review. Thank you!",
        opening_without="Children told us about their review. Thank you!",
        facts={
            "know_iro": "{people} of {of} children know who their IRO is.",
            "told_after": "{people} of {of} children were told what was decided.",
            "meeting_ok": "{people} of {of} children said their review was good.",
            "said": "{people} of {of} children said all they wanted to say.",
        },
        liked={
            "meeting_ok": "The review was good.",
            "said": "You got to say what you wanted to say.",
            "listened": "People listened to you.",
            "told_after": "Someone told you what was decided.",
            "proud": "Your review talked about things you do well.",
        },
        after=(
            "A person reads everything you write.",
            "If it sounds as if you are not safe, someone helps you.",
            "Your name is not on our lists of answers.",
            "We use what you say to make reviews better.",
        ),
        call=(
            "Childline: {childline}. It is free, day and night.",
            "Help at Hand: {help_at_hand}",
            "Our team: {service_phone}",
        ),
    ),
    "12-17": BandWords(
        opening="{number} children and young people told us about their review. Thank you.",
        opening_without="Children and young people told us about their review. Thank you.",
        facts={
            "know_iro": "{people} of {of} know who their IRO is.",
            "told_after": "{people} of {of} were told what was decided.",
            "said": "{people} of {of} got to say all they wanted to say.",
            "meeting_ok": "{people} of {of} said their review was good.",
        },
        liked={
            "meeting_ok": "The review was good.",
            "said": "You got to say what you wanted to say.",
            "listened": "People listened to you.",
            "lead": "You led some or most of your review.",
            "told_after": "You were told what was decided.",
            "proud": "Your review talked about things you have done well.",
        },
        after=(
            "A person reads everything you write.",
            "If it sounds as if you are not safe, someone gets in touch.",
            "Managers see numbers and words, without your name.",
            "They decide what to change, and we tell you here.",
        ),
        call=(
            "Childline: {childline}. It is free, day and night.",
            "Help at Hand (the Children’s Commissioner): {help_at_hand}",
            "An advocate, who is on your side: {always_heard}",
            "Our team: {service_phone}",
        ),
    ),
}
