"""An emulated Yahoo: recorded or synthetic bars behind Yahoo's chart API.

``replay.load_bars`` or ``synthetic.make_synthetic_session`` makes a :class:`~local.yahoo.replay.Replay`.
``server.YahooReplay`` serves it to every process that has its variables.
"""
