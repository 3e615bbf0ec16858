"""Campaigns: a survey asked of many children between two days."""
