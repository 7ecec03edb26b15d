"""What the hub does: each module one task, on the hub's store and the policy that laptops ask, too."""
