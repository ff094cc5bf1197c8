"""Applications: the admission wing. A provider drafts and submits once, to all councils together; the round stays sealed until

two officers of two councils open it; the outcome reaches every provider by letter, all at once.

Words: *application* (one a provider and round), *draft*, *submission* (one sealed version), *envelope*, *receipt*, *opening*, *letter*.
"""
