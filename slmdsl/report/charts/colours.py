"""The colours of all pictures, which people who see few colours can tell apart; no library is loaded for them.

Okabe and Ito (2008), "Color Universal Design", without the yellow that a white page swallows.
"""

from __future__ import annotations

from typing import Final

BLUE: Final = "#0072B2"
VERMILLION: Final = "#D55E00"
GREEN: Final = "#009E73"
PURPLE: Final = "#CC79A7"
ORANGE: Final = "#E69F00"
SKY: Final = "#56B4E9"
BLACK: Final = "#000000"
GREY: Final = "#8C8C8C"
INK: Final = "#222222"
