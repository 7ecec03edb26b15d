"""The charts as pictures, tables and words, of plain values: what a page shows, an export holds and a reader hears."""
