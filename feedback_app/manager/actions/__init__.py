"""What children said and what is done about it ("You said, we did")."""
