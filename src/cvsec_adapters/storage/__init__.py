"""Where events and rows are kept: codecs, event logs, views."""
