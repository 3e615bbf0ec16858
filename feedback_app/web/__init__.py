"""What every page shares: access, sessions, errors, headers, language, limits, static files."""
