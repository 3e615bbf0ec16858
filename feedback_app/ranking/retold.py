"""What an officer wrote down for a child, read as the child's own: "she said her dad hits her" says "my dad hits me".

The phrases and the weights know how children speak of themselves. A sentence is read anew only where it says plainly
that somebody said it; a sentence in the first person is the child's own and stays as it is.
"""

from __future__ import annotations

import re

FRAME = re.compile(
    r"""^\W*(?:(?P<who>he|she|they)|the\ (?:child|young\ person|boy|girl)|[a-z])\s+
    (?:also\s+|then\s+)?
    (?:said|says|told\ (?:me|us)|tells\ (?:me|us)|explained|shared|reported|states|stated|whispered|thinks|feels|felt)
    \b\s*(?:to\s+me\b\s*)?(?:that\b)?\W*""",
    re.VERBOSE | re.IGNORECASE,
)
SENTENCE = re.compile(r"[^.!?\n;]+[.!?\n;]*")
OWN_WORDS = re.compile(r"\b(?:i|i'm|im|me|my|mine|us|our|we|myself)\b", re.IGNORECASE)
WORD = re.compile(r"[A-Za-z]+")
I_IS = re.compile(r"\bI is\b")
PRONOUNS = {
    "he": {"he": "I", "him": "me", "his": "my", "himself": "myself"},
    "she": {"she": "I", "her": "my", "hers": "mine", "herself": "myself"},
    "they": {"they": "I", "them": "me", "their": "my", "themselves": "myself"},
}
AFTER_HER = (
    "a about after again all alone and at away back because before but by every for from hard how if in into like more"
    " most much no not off often on or out over round since so sometimes that the there to too under until up very was"
    " what when where while who why with"
)
NOT_OF_HERS = frozenset(AFTER_HER.split())
"""Words after which "her" was not the owner of what follows: "hits her when", not "her room"."""


def as_own_words(text: str) -> str:
    """The text with what the child is said to have said in the child's first person; all else as it was."""
    return "".join(_own_sentence(found.group()) for found in SENTENCE.finditer(text))


def _own_sentence(sentence: str) -> str:
    frame = FRAME.match(sentence)
    if frame is None:
        return sentence
    said = sentence[frame.end() :]
    if OWN_WORDS.search(said):
        return sentence
    who = frame["who"] or next(
        (word for word in WORD.findall(said) if word.lower() in PRONOUNS), ""
    )
    own = PRONOUNS.get(who.lower(), {})

    def _own_word(found: re.Match[str]) -> str:
        word = found.group()
        if word.lower() == "her" and "her" in own:
            following = WORD.search(said, found.end())
            gap = said[found.end() : following.start()] if following else "."
            owns = (
                following
                and not gap.strip()
                and following.group().lower() not in NOT_OF_HERS
            )
            return "my" if owns else "me"
        return own.get(word.lower(), word)

    own_words = I_IS.sub("I am", WORD.sub(_own_word, said))
    return " " * (len(sentence) > len(sentence.lstrip())) + own_words
