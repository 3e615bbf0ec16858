"""Their own month: who was heard, which links have no answer yet."""
