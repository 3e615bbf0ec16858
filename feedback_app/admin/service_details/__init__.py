"""The administrator's page of the service's names, telephone numbers, addresses and opening hours."""
