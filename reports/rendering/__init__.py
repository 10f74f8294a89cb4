"""A document as others read it: canonical JSON, XLSX, PDF, inline XBRL. Nothing is added to it."""
