"""The page of settings: targets, codes, thresholds, terms, languages, words of reports, each with its history."""
