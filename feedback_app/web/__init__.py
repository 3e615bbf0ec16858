"""MANNERS of all pages: access, sessions, errors, headers, language, limits, static files."""
