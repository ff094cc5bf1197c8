"""Forms of joint decisions: shape and wording. What is missing before a decision can be recorded is for the rules to say."""
