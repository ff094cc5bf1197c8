"""What people do with applications, one function a verb."""
