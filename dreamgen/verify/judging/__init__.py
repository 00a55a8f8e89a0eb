"""From measurements to opinions: one small module for each family of claims."""
