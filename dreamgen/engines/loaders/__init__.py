"""The trainers' own loaders, where they are installed: they read a form's folder and say how many rows came through."""
