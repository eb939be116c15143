"""The read side: one question a module; its rows, how events change them, and its queries.

What belongs to another thing (a device's name, area, whether it is online) is looked up by the
query and not copied into every row.
"""
