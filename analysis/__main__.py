"""Command line."""
import sys
sys.exit(0)
