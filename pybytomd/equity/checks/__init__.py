"""What is judged apart from the code: types, names, outputs."""
