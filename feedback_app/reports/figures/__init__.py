"""True figures, each computed in one place: board, shares, answers, comments, misdirected links."""
