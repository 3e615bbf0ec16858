"""The administrator's pages about people: inviting, roles, accounts, the access review."""
