"""What changes a passport. Each change is a new row; what was said before stays."""
