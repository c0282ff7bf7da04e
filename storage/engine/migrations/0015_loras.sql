-- Every LoRA of a generation by name, its first one included; NULL for none, and for what an
-- earlier version kept, which has the first alone, in its own column.
ALTER TABLE generations ADD COLUMN IF NOT EXISTS loras VARCHAR[];
