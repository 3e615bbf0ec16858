"""The commands of `flask --app wsgi`, a file a subject; cli.py lists them. Each reads its options and calls a verb."""
