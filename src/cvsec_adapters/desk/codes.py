"""Codes as QR: what people at a desk show, print and send."""

from cvsec_adapters.tokens.qr import png, svg, terminal

__all__ = ["png", "svg", "terminal"]
