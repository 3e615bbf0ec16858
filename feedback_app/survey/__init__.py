"""ASKING. Surveys as data: read once, checked, walked. Pure: knows neither Flask nor SQLAlchemy."""
