"""Pure rules of decisions: what an answer must hold, what settles a question, what stage a decision has reached."""
