"""The quantizer, by the name that programs know; it is `grid.quantizer`."""

from .grid.quantizer import carry, divide, quantize, round_div, to_text  # noqa: F401
