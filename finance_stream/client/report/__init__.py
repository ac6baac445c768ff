"""The report of a date: its bars and its execution, as one page or as pictures."""
