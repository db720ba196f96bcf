"""The report of a run: what a person and a program read in it."""
