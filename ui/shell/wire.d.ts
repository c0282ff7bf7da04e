// What the app sends to these scripts, and what they ask it for.
// Made from ui/shell/wire.py by `python -m tests.js.declare`: change it there.

/** What to look for; with everything empty, all that is finished, newest first. */
export interface Search {
  words?: string;
  since?: number | null;
  until?: number | null;
  checkpoint?: string;
  lora?: string;
  sampler?: string;
  workflow?: string;
  server?: string;
  owner?: string;
  width?: number;
  height?: number;
  statuses?: ("queued" | "submitted" | "running" | "finished" | "cancelled" | "failed" | "lost")[];
  rating?: number;
  favourite?: boolean;
  tags?: string[];
  collection?: string;
  binned?: boolean;
  sort?: "newest" | "oldest" | "rating" | "slowest" | "fastest" | "workflow";
}

/** One image of a generation, in a grid or strip; `n` is -1 where it made no file. */
export interface Tile {
  id: string;
  n: number;
  prompt: string;
  made: number;
  press: string;
  workflow: string;
  width: number;
  height: number;
  thumb: boolean;
  seconds?: number;
  media?: string;
  name?: string;
  text?: string;
  rating?: number;
  favourite?: boolean;
  status?: string;
  how?: string;
  binned?: number;
  grid?: boolean;
}

/** One place of a grid: its images, or how far what makes them is. */
export interface GridCell {
  column: number;
  row: number;
  tiles: Tile[];
  status: string;
}

/** The grid of a press; `live` while some of it is still to come. */
export interface GridOf {
  columns: string[];
  rows: string[];
  cells: GridCell[];
  live: boolean;
}

/** A file of a generation in the full view. */
export interface ImageFile {
  n: number;
  width: number;
  height: number;
  bytes: number;
}

/** An image in words, as the full view shows it, with what its generation says. */
export interface Details {
  id: string;
  n: number;
  status: string;
  prompt: string;
  negative: string;
  rows: [string, string][];
  times: [string, number][];
  images: ImageFile[];
  texts: string[];
  error: string;
  detail: string;
  warning: string;
  rating: number;
  favourite: boolean;
  tags: string[];
  collections: string[];
  note: string;
  binned: boolean;
}

/** How the bar may move until the next value. */
export interface Motion {
  gone: number;
  span: number;
  rest: number;
  late: number;
  knee: number;
  top: number;
}

/** Why a generation waits, as `studio.queue.waiting.Wait` says it. */
export interface Wait {
  why: string;
  title: string;
  sentence: string;
  since: number | null;
  ahead: number;
}

/** The value of the live panel: the generations followed. */
export interface Live {
  turn: number;
  number: number;
  job: string;
  id: string;
  state: "waiting" | "running" | "keeping" | "finished" | "cancelled" | "failed" | "lost";
  live: boolean;
  title: string;
  wait: Wait | null;
  step: number;
  steps: number;
  percent: number;
  motion: Motion | null;
  forecast: string;
  takes: string;
  elapsed: number;
  eta: number | null;
  overdue: boolean;
  ticking: boolean;
  speed: string;
  link: Record<string, any>;
  server: string;
  total: number;
  parts: [number, string][];
  index: number;
  press: string;
  stopping: boolean;
  width: number;
  height: number;
  prompt: string;
  seed: string;
  preview: string;
  images: Record<string, any>[];
  texts: string[];
  notes: string[];
  error: any;
  grid: boolean;
}

/** A press of one's own of which something ended; `fresh` are its images not seen yet. */
export interface EndedPress {
  press: string;
  at: number;
  over: boolean;
  finished: number;
  failed: number;
  cancelled: number;
  images: number;
  fresh: number;
}

/** What is live of one's own, and what ended; `order` numbers what a page receives. */
export interface News {
  order: [number, number];
  now: number;
  live: number;
  presses: EndedPress[];
}

/** Where somebody is told of their jobs, and how that went last. */
export interface ShownHook {
  id: string;
  kind: string;
  url: string;
  events: string[];
  tried: number | null;
  worked: boolean;
  result: string;
  dropped: number;
}

/** One input of a workflow's form; `list` is the number of its choices in the form's lists. */
export interface FormField {
  key: string;
  node: string;
  label: string;
  group: string;
  kind: string;
  value: any;
  least: string | number | boolean | null;
  most: string | number | boolean | null;
  step: number;
  slider: boolean;
  help: string;
  first: boolean;
  advanced: boolean;
  dynamic: boolean;
  mask: boolean;
  list?: number;
  own?: Record<string, any>;
}

/** What is wrong in a form, at the field `key`; "" is the whole form. */
export interface Problem {
  key: string;
  says: string;
  nearest: any;
}
