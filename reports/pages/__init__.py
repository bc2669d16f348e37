"""What the files of reports/ say; each module has the pages of one report."""
