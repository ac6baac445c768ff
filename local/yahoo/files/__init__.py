"""Reading of users' files of bars: content, then tables, then columns, then instants and numbers, then checked bars."""
