"""`hyosan prove`: what holds in every state of a story there is, as text, as data, as a page and as story tests."""
