"""A replay that unfolds: each bar is served from its start on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from embedded_cloud import clock
from local.yahoo.replay import Instrument, Replay


@dataclass(frozen=True, eq=False)
class UnfoldingReplay(Replay):
    """A replay at the cloud's date. It serves no bar of the future."""

    @classmethod
    def from_replay(cls, replay: Replay) -> UnfoldingReplay:
        return cls(replay.label, replay.instruments, synthetic=replay.synthetic, keeps_all=True, notes=replay.notes)

    @property
    def now(self) -> pd.Timestamp:
        return pd.Timestamp(clock.now())

    def find_instrument(self, symbol: str, start: pd.Timestamp, end: pd.Timestamp) -> Instrument | None:
        one = super().find_instrument(symbol, start, end)
        if one is None:
            return None
        now = self.now
        begun = int(one.bars.index.searchsorted(now))
        sessions = tuple(session for session in one.sessions if session.open < now)
        return replace(one, bars=one.bars.iloc[:begun], sessions=sessions) if sessions else None
