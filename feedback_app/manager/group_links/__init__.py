"""One link of a group: shown, issued again, put right, ended, and each of these taken back."""
