"""Reports that are handed over: which there can be, the manager's own words, numbered versions kept byte for byte."""
