"""KEEPING THE HOUSE. People, roles, settings of services and numbers: whoever works here reads no feedback."""
