"""Running the service: backups, restores, migrations, key rotation, service details."""
