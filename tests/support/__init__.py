"""What several test rooms share: fakes of the ports, and worlds to try things in."""
