"""The administrator's page of what the service still needs before children are asked."""
