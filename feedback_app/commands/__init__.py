"""Commands of more than a few lines on one subject; cli.py hangs them on `flask`."""
