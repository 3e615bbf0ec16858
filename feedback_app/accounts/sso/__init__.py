"""Single sign-on through the council's own sign-in (OpenID Connect)."""
