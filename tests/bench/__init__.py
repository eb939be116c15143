"""How fast cvsec is, beside the stock `eventsourcing` library and bare `sqlite3`, in one run.

``python -m tests.bench [--quick] [--json]``. Every figure is the median of interleaved runs on the
same events at the same durability: each commit is on the disk before it is answered. Ratios are
speed ratios throughout, so that above 1 is always faster than the peer: of rates ours by the
peer's, of times the peer's by ours.
"""
