// What each field of the Generate form is called, and what it does. Pure.

import { t } from "../words/words.js";

/** @type {Record<string, [string, string]>} by field */
export const HELP = {
  prompt: [t("Prompt"), t("What you want to see. Put what matters most first: subject, surroundings, light, style.")],
  negative_prompt: [t("Negative prompt"), t("What to avoid. Models that run at CFG 1 ignore it.")],
  styles: [t("Styles"),
    t("Words that are put around your prompt: a photo, a painting, line art. Several work together, one after the other.")],
  lyrics: [t("Lyrics"), t("What is sung, line by line, with [verse] and [chorus] before their parts. Empty makes music alone.")],
  quality: [t("Quality"),
    t("Draft is small and fast, Fine is slow and detailed. It sets steps and size, which you can still change below.")],
  checkpoint: [t("Model"),
    t("What makes it: images, videos or sound. Each has its own look, and sizes and settings that it was trained for.")],
  loras: [t("LoRAs"),
    t("Small additions to the model that bring a style, a person or a thing. 1 is as made, negative does the opposite.")],
  shape: [t("Shape"), t("The proportions of the image. It sets width and height to what the model does well.")],
  width: [t("Width"), t("Pixels from left to right, a multiple of 8. Far from what the model was trained for, things repeat.")],
  height: [t("Height"), t("Pixels from top to bottom, a multiple of 8. Far from what the model was trained for, things repeat.")],
  seconds: [t("Seconds"), t("How long the video or the sound is. Longer ones take more time and memory.")],
  fps: [t("Frames a second"), t("How many images a second of video has. What the model was trained for moves most naturally.")],
  steps: [t("Steps"), t("How often the image is refined. More takes longer in proportion; beyond 20 to 40 it changes little.")],
  cfg: ["CFG", t("How closely to follow the prompt. Low is free and soft, high is literal and harsh; 5 to 8 suits most models.")],
  guidance: [t("Guidance"), t("How literally the prompt is taken, for models that were taught this. 2 to 4 suits most.")],
  shift: [t("Shift"), t("Whether steps go to composition (high) or to detail (low). What the model brings along is mostly best.")],
  sampler: [t("Sampler"), t("How noise is removed step by step. Another one gives a somewhat different image at another speed.")],
  scheduler: [t("Scheduler"), t("How much noise each step removes. With the sampler it decides how the image comes together.")],
  seed_mode: [t("Seed"), t("The noise that an image starts from. Random gives another image each time, Fixed the same one again.")],
  seed: [t("Seed value"), t("The number of the noise. With all other settings the same it gives the same image. Typing one fixes it.")],
  images_per_prompt: [t("Batch size"), t("Images that are made together in one job. They take more memory than one after another.")],
  prompts: [t("Repeat"), t("Jobs that one press puts in the queue, each with a seed of its own.")],
  retry_on_loss: [t("Retry if lost"),
    t("Runs a job once more where the server forgot it, as after a restart. What is finished is never run twice.")],
  image: [t("Image to start from"), t("The new image begins with this one instead of with pure noise, and takes on its shape.")],
  task: [t("What changes"), t("All of your image, or only where it is transparent.")],
  denoise: [t("Denoise"), t("How much to change: 0.3 keeps nearly all of your image, 0.6 its composition, 1 nothing of it.")],
};
