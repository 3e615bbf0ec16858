"""Pure rules: keys, field encryption, link tokens, small numbers, how long things are kept."""
