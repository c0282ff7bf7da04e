-- Prompts as they were typed, where choices or wildcards in them were drawn; "" means as they were sent.
ALTER TABLE generations ADD COLUMN IF NOT EXISTS typed_prompt VARCHAR DEFAULT '';
ALTER TABLE generations ADD COLUMN IF NOT EXISTS typed_negative_prompt VARCHAR DEFAULT '';
