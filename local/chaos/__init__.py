"""``npm run chaos``: whole sessions under random faults, each reconciled with the bars that Yahoo sent.

``case`` draws the faults from a seed. ``case_run`` runs a case in the embedded cloud. ``ledger`` compares the bars that
Yahoo sent with the bars in the lake.
"""
