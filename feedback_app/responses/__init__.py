"""Reading, storing and keying in what a child answered."""
