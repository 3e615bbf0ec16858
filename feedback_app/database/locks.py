"""Numbers of PostgreSQL's advisory locks, in one place so that no two parts of the service share one by accident."""

MIGRATION = 7236911
AUDIT_TRAIL = 7236912
WORKER_ROUND = 7236913
