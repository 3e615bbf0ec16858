"""Pages on which staff set up and remove their own second factors."""
