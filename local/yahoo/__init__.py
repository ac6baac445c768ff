"""Yahoo's border of the embedded cloud: recorded or synthetic bars behind Yahoo's own chart API.

``replay.load_bars`` or ``synthetic.make_synthetic_session`` makes a :class:`~local.yahoo.replay.Replay`;
``server.YahooReplay`` serves it to any process that is given its variables.
"""
