"""IRO says, child says: what officers noted of reviews beside what the children say of them, for the whole service."""
