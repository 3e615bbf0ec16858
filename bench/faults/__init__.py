"""Fault runs: bounded, on loopback. Each prints what was thanked for and what is stored; 1 where they differ."""
