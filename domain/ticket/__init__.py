"""Support tickets: a client asks a department, staff answer, by clocks of business hours."""
