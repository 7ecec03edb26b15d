"""One module per clinical noun and its rules: frozen values, standard library only."""
