"""What the bench and the tests both stand on: a world with people in it, servers, browsers, mail."""
