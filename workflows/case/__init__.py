"""The kernel that every process stands on."""
