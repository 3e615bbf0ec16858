"""The form on which anybody complains about how answers are kept: no link, no sign-in, no cookie, no script."""
