"""Every opening of a sealed envelope."""
