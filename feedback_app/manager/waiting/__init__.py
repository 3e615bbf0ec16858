"""What waits longer than it may: the manager sees to it that somebody acts."""
