"""The page of one's own account: password, second step, where one is signed in."""
