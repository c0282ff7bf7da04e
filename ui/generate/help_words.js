// What each field of the Generate form is called, and what it does. Pure.

/** @type {Record<string, [string, string]>} by field */
export const HELP = {
  prompt: ["Prompt", "What you want to see. Put what matters most first: subject, surroundings, light, style."],
  negative_prompt: ["Negative prompt", "What to avoid. Models that run at CFG 1 ignore it."],
  quality: ["Quality",
    "Draft is small and fast, Fine is slow and detailed. It sets steps and size, which you can still change below."],
  checkpoint: ["Checkpoint", "The model that paints. Each has its own look, and sizes that it was trained for."],
  lora: ["LoRA", "A small addition to the checkpoint that brings a style, a person or a thing. It must fit the checkpoint."],
  lora_strength: ["Strength",
    "How strongly the LoRA works: 1 as it was made, 0 not at all. High values distort, negative ones do the opposite."],
  shape: ["Shape", "The proportions of the image. It sets width and height to what the checkpoint does well."],
  width: ["Width", "Pixels from left to right, a multiple of 8. Far from what the checkpoint was trained for, things repeat."],
  height: ["Height", "Pixels from top to bottom, a multiple of 8. Far from what the checkpoint was trained for, things repeat."],
  steps: ["Steps", "How often the image is refined. More takes longer in proportion; beyond 20 to 40 it changes little."],
  cfg: ["CFG", "How closely to follow the prompt. Low is free and soft, high is literal and harsh; 5 to 8 suits most models."],
  sampler: ["Sampler", "How noise is removed step by step. Another one gives a somewhat different image at another speed."],
  scheduler: ["Scheduler", "How much noise each step removes. With the sampler it decides how the image comes together."],
  seed_mode: ["Seed", "The noise that an image starts from. Random gives another image each time, Fixed the same one again."],
  seed: ["Seed value", "The number of the noise. With all other settings the same it gives the same image. Typing one fixes it."],
  images_per_prompt: ["Batch size", "Images that are made together in one job. They take more memory than one after another."],
  prompts: ["Repeat", "Jobs that one press puts in the queue, each with a seed of its own."],
  retry_on_loss: ["Retry if lost",
    "Runs a job once more where the server forgot it, as after a restart. What is finished is never run twice."],
  image: ["Image to start from", "The new image begins with this one instead of with pure noise, and takes on its shape."],
  denoise: ["Denoise", "How much to change: 0.3 keeps nearly all of your image, 0.6 its composition, 1 nothing of it."],
};
