"""Asked, and no answer: what an officer noted of it, with the way back; whom to tell about a child."""
