"""What several tests use: recorded walks, pages, dead links, survey files, cut lines, passkey devices, an issuer."""
