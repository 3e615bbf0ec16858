"""Handing over: figures (`figures/`), what may leave of them (`publishing/`), and reports as tables (`tables.py`) that
`formats/` writes. A figure is computed in one place.
"""
