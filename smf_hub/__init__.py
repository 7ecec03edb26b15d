"""The hub: what laptops sync with when there is a connection. It meets the laptop application only in `smf_core`."""
