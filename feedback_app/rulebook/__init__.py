"""The rules that staff may change on the page of settings: what was changed, and what holds now or in a month."""
