"""From a wish of a view to a service and back, through the lanes."""
