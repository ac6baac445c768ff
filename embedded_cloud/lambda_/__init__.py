"""Lambda, running each function's own code in processes of its own."""
