"""Surveys as data, read once and checked. Pure: knows neither Flask nor SQLAlchemy."""
