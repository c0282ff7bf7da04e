"""Files of images, films and sounds: their size and their texts, without unpacking them. Pure."""
