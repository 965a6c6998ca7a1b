from . import expense
