"""Speed, weight and fault runs: bounded, on loopback only, the product beside a bare floor in the same run."""
