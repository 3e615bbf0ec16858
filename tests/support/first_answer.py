"""From the first administrator to the first child who is thanked, page by page over TLS, as people do it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from urllib.parse import urljoin

import html5lib
import pyotp
import requests

from bench.support.mail import Post

X = "{http://www.w3.org/1999/xhtml}"
MAIL_SECONDS = 90
PASSWORD = "correct horse battery staple"


@dataclass
class Walk:
    """How many pages were opened and forms were sent, by all browsers together."""

    pages: int = 0
    forms: int = 0


@dataclass
class Visitor:
    """One person's browser. `page` is what it shows, `at` its address."""

    site: str
    certificate: str
    walk: Walk
    at: str = ""
    page: str = ""
    last: requests.Response = field(default_factory=requests.Response)

    def __post_init__(self) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = self.certificate

    def open(self, path: str) -> None:
        """Open a page. Raises AssertionError for one that is refused."""
        self.walk.pages += 1
        self._show(self._session.get(urljoin(self.site, path), timeout=40))

    def press(self, action: str, **typed: str | list[str]) -> None:
        """Fill in and send the form of this page whose address ends so; the rest of it stays as it is.

        Raises AssertionError where there is none, or the answer is refused.
        """
        self.walk.forms += 1
        fields: dict[str, str | list[str]] = {}
        address = self._form(action, fields)
        answer = self._session.post(
            address,
            data=fields | typed,
            headers={"Sec-Fetch-Site": "same-origin", "Referer": self.at},
            timeout=40,
        )
        self._show(answer)

    def _show(self, answer: requests.Response) -> None:
        assert answer.status_code == 200, (
            f"{answer.url}: {answer.status_code}\n{re.sub('<[^>]+>', ' ', answer.text)[:1500]}"
        )
        self.last, self.at, self.page = answer, answer.url, answer.text

    def _form(self, action: str, fields: dict[str, str | list[str]]) -> str:
        for form in html5lib.parse(self.page).iter(f"{X}form"):
            address = urljoin(self.at, form.get("action") or self.at)
            if form.get("method") == "post" and address.endswith(action):
                for one in form.iter(f"{X}input"):
                    if one.get("type") == "hidden" and one.get("name"):
                        fields[str(one.get("name"))] = one.get("value") or ""
                return address
        raise AssertionError(f"{self.at} has no form for {action}")


def accept(visitor: Visitor, post: Post, email: str) -> None:
    """Whoever was invited opens the link of the mail, chooses a password, and sets up an authenticator app."""
    visitor.open(mailed_link(post, email))
    visitor.press(visitor.at, password=PASSWORD, again=PASSWORD)
    visitor.press("/me/second-factor/app")
    seed = re.search(r"<code>([A-Z2-7 ]+)</code>", visitor.page)
    assert seed, visitor.page
    code = pyotp.TOTP(re.sub(r"\s", "", seed[1])).now()
    visitor.press("/me/second-factor/app", code=code)


def invite(administrator: Visitor, name: str, email: str, role: str) -> None:
    """The administrator invites somebody, whom a mail then tells."""
    administrator.open("/admin/invite")
    administrator.press("/admin/invite", name=name, email=email, roles=[role])


def mailed_link(post: Post, email: str) -> str:
    """The link of the invitation that went to that address. Raises TimeoutError when none comes."""
    until = time.monotonic() + MAIL_SECONDS
    while time.monotonic() < until:
        for to, mail in list(post.arrived):
            body = mail.get_payload(decode=True)
            text = body.decode() if isinstance(body, bytes) else ""
            found = re.search(r"https://\S+/invited/\S+", text)
            if to == email and found:
                return found[0]
        time.sleep(0.2)
    raise TimeoutError(f"no invitation was mailed to {email}")


def make_link(officer: Visitor, reference: str) -> str:
    """The officer makes a child's link; its address."""
    officer.open("/iro/ask")
    officer.press(
        "/iro/ask",
        pn_code="PN1",
        mode="in_person",
        band="8-11",
        language="en",
        how_chosen="next_due",
        reference=reference,
    )
    found = re.search(r"https://[^\s\"<]+/r/[\w-]+", officer.page)
    assert found, officer.page
    return found[0]


def answer(child: Visitor, link: str, words: str) -> None:
    """The child opens the link, answers, and is thanked. Raises AssertionError when not."""
    child.open(link)
    child.press("/r", **{"q-know_iro": "yes", "q-better": words, "helped": "none"})
    assert "Thank you" in child.page, child.page
