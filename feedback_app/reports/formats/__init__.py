"""One writer a format. A writer takes a `tables.TableReport`, returns the file's bytes, and computes no figure."""
