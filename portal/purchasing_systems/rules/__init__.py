"""Pure rules of purchasing systems and rounds."""
