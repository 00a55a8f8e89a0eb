"""Recipes, the registry of backends, the store, and the pipeline that joins the stages."""
