"""Datasets in the forms that trainers load, one file a form."""
