"""The parse tables of the grammar files, computed beforehand: a command starts without Lark, in half the time.

`python -m slmdsl.syntax.tables` computes them anew after a grammar file was changed. Until then, what does not belong
to the text of the grammar is not used: Lark computes it when it is needed.
"""
