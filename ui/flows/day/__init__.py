"""The working day: Today, the diary, calls, tasks, who gives a dose, handing over."""
