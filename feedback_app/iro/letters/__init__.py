"""Letters to a child: an introduction, and what was decided in a review. Nothing of a letter is stored."""
