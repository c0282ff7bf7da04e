"""What a painted scene is made of: sky, land, water, figures."""
