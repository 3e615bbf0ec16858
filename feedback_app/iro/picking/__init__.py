"""Pick for me: the app draws whom to ask from a list that is pasted."""
