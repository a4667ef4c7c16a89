"""The canonical layout: one module for each thing that it decides."""
