"""Who works when: the IROs with their targets, leave, first and last day; the targets of the service."""
