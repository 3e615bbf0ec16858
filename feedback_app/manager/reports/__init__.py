"""The manager's reports: the draft with their own sentences, handing it over, and all that was handed over."""
