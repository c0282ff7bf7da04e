// Lists of names, up to tens of thousands, looked through at every key. Pure.

/** @typedef {{ name: string, folder: string, base: string, low: string }} Name a file's, in its folder */
/** @typedef {Name | { folder: string }} Row a name, or a folder as the heading of its names */

const FILE = /\.\w{2,12}$/;  // what has no ending is no file, and its slashes part no folders

/** @type {WeakMap<readonly string[], Name[]>} */
const known = new WeakMap();

/** @param {string} name @returns {Name} */
function read(name) {
  const cut = FILE.test(name) ? Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1 : 0;
  return { name, folder: name.slice(0, cut), base: name.slice(cut), low: name.toLowerCase() };
}

/**
 * The names with what is in no folder first, then folder by folder, each in the order it came in.
 * Read once a list.
 * @param {readonly string[]} names
 */
export function sorted(names) {
  const before = known.get(names);
  if (before) return before;
  const all = names.map(read), places = new Map([["", 0]]);
  for (const { folder } of all) if (!places.has(folder)) places.set(folder, places.size);
  all.sort((a, b) => places.get(a.folder) - places.get(b.folder));
  known.set(names, all);
  return all;
}

/**
 * Those in which every word of *query* is somewhere, in the folder too.
 * @param {readonly string[]} names
 * @param {string} query
 */
export function matching(names, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return sorted(names).filter(({ low }) => words.every((word) => low.includes(word)));
}

/**
 * Those names, each folder's under its heading; of several groups first the one, then the other.
 * @param {Name[]} names
 * @param {(name: string) => string} [group]
 * @returns {Row[]}
 */
export function headed(names, group = () => "") {
  /** @type {Map<string, Name[]>} */
  const groups = new Map();
  for (const one of names) {
    const title = group(one.name), ones = groups.get(title);
    if (ones) ones.push(one);
    else groups.set(title, [one]);
  }
  const heading = (/** @type {string} */ title) => (groups.size > 1 ? [{ folder: title }] : []);
  return [...groups].flatMap(([title, ones]) => [...heading(title), ...inFolders(ones)]);
}

/** @param {Name[]} names @returns {Row[]} */
function inFolders(names) {
  let folder = "";
  return names.flatMap((one) => {
    if (one.folder === folder) return [one];
    folder = one.folder;
    return [{ folder }, one];
  });
}
