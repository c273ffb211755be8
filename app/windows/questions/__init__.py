"""Questions on the screen: the panel, a field for each type of answer, its keys, and the marks that answers are."""
