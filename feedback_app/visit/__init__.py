"""THE PAGE OF A SURVEY: which screens, in which order, as views that the templates draw. Nothing of the request."""
