"""Headers first: which to ask of whom, what is known of them, block locators, proofs of work checked ahead."""
