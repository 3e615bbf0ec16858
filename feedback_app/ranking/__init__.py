"""Which free texts from children a person should read first. Pure: knows neither Flask nor SQLAlchemy.

Each text goes to a person whatever is said here (promise 55); docs/ranking.md says what a ranking is and is not.
"""
