"""Reports: a frozen snapshot of records, printed as a PDF that can be checked offline."""
