"""Shots become keyframes."""
