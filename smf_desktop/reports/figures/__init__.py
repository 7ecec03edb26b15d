"""Reports as files: JSON, CSV, XLSX and PDF."""
