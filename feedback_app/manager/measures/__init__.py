"""The measures of a survey: target, month, twelve months, verdict and movement."""
