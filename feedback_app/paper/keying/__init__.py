"""Keying in a paper form: found by its four words, or begun as a blank one, and keyed in on one sheet."""
