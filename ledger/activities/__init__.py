"""Activities: posted, corrected, read, and refused where their month is closed."""
