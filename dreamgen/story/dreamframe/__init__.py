"""DreamFrame's story file, story_info_0.json, in and out: a story format, so it lives above the waist."""
