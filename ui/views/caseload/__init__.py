"""The caseload list, its filters, its peek and its dialogs."""
