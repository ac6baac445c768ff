"""``npm run chaos``: whole sessions under random faults, and the books checked after each.

``case`` draws what happens, ``session`` has it happen in the embedded cloud, ``books`` compares what Yahoo gave with
what the lake has.
"""
