"""From YAML files to survey objects."""
