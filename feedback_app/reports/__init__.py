"""HANDING OVER: figures, shares, and the month's summary as CSV and XLSX. A figure is computed in one place."""
