"""How well the ranking of texts does on labelled texts. All are invented: no child wrote any of them."""
