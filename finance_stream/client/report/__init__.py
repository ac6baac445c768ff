"""The report of a date: one page, or pictures, of what the lake holds of it and of the execution that brought it."""
