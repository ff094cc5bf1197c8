"""What is done in an evaluation: one function a verb, each with its line in the trail."""
