"""Lists of codes: the schemes of categories, the closed lists of words, and the themes."""
