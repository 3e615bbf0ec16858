"""The answered invitations of a month, and putting right what was noted of one."""
