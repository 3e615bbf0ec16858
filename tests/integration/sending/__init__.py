"""Tests of sending a link."""
