"""Invented answers: what invented children might choose and write. No real child said any of this."""

from __future__ import annotations

import random

from feedback_app.survey.model import Question
from feedback_app.survey.types import type_of

GOOD = {
    "4-7": (
        "My IRO is nice.",
        "I liked the biscuits",
        "I got to draw my house",
        "playing with the bricks",
    ),
    "8-11": (
        "She asked me first what I wanted to talk about and then we did.",
        "It was short and I could have my dog there",
        "everyone listened when I said about football club",
        "I got to choose where it was. It was in the library",
    ),
    "12-17": (
        "I chaired the first half. That was actually OK.",
        "My IRO rang me two days before so there were no surprises.",
        "They sorted my bus pass in the meeting instead of saying they would look into it",
        "Nobody talked about me like I was not there this time",
    ),
}
BETTER = {
    "4-7": ("a shorter one", "My sister to come", "more play", "not so many grown ups"),
    "8-11": (
        "Ask me what time is good. I had to miss PE again",
        "i want my brother there next time",
        "Less people. I only know three of them",
        "Tell me after what got decided because nobody did",
        "It is the same every time \U0001f634",
    ),
    "12-17": (
        "I found out about it the day before. That is not a choice.",
        "Send me the notes in normal words.",
        "People say they will do things and then it is six months later and its the same list.",
        "Do it on video if I have college. I would come then.",
        "School should not be told everything about my family",
    ),
}
WORRYING = "I do not feel safe at the weekends. Please can someone talk to me and not tell them I said."
HINTING = "It is better when my uncle is away"
PLEASANT = "I liked the biscuits and that my dog could come."
LIKELY_GOOD = {
    "yes",
    "all",
    "very",
    "quite",
    "good",
    "ok",
    "some",
    "yes_understood",
    "self",
    "help",
}


def choose_options(
    rng: random.Random, question: Question, at_meeting: bool
) -> list[str]:
    """Chosen option ids for one question, mostly content, with gaps. `at_meeting`: the child was there."""
    if question.id == "at_meeting":
        return [rng.choice(("yes", "yes", "some")) if at_meeting else "no"]
    if rng.random() < 0.06:
        return []
    ids = [option.id for option in question.options]
    if type_of(question).takes_several:
        return rng.sample(ids, k=min(len(ids), rng.choice((1, 1, 2, 3))))
    weights = [5 if place == 0 else 3 if place == 1 else 1 for place in range(len(ids))]
    return rng.choices(ids, weights)


def invent_comment(rng: random.Random, question_id: str, band: str) -> str:
    """Words for a text question, or nothing: three in five children leave one."""
    if rng.random() > 0.6:
        return ""
    written = GOOD if question_id == "best" else BETTER
    return rng.choice(written.get(band, written["12-17"]))
