"""The visit page, part by part."""
