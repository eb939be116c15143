"""The write side: one consistency boundary a module, each in the same order of parts."""
