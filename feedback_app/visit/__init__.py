"""THE PAGE OF A SURVEY: which screens, in which order, as views that templates draw; also keyed in by staff."""
