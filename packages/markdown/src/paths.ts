/**
 * How links lead from one file of a workspace to another: as paths do, relative to the folder that the document lies in,
 * or from the root when they begin with a slash. Folders are lists of names from the root down.
 */

/** What a link may mean: the names of a path from the workspace's root, the file's own name last. */
export interface LinkTarget {
  names: string[];
  /** The path from the document's own folder; null where the link begins at the root, or leaves the folder upward. */
  fromFolder: string | null;
}

/** The folders of a file, and its name in the last one. */
export interface FilePlace {
  folders: string[];
  file: string;
}

/** Whether a link leads out of the workspace: it has a scheme or a host. */
export const isExternal = (link: string): boolean => /^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(link);

/**
 * How a link can be read, likeliest first: Markdown writes addresses, in which a blank is `%20` and `#` begins a fragment,
 * but people write plain names, too. Empty for what is no path inside the workspace: an address elsewhere, an anchor, or
 * a path that climbs out.
 */
export function readTargets(link: string, folders: readonly string[]): LinkTarget[] {
  if (isExternal(link)) return [];
  const bare = link.replace(/[?#].*$/s, "");
  const readings = new Map<string, LinkTarget>();
  for (const names of [bare.split("/").map(decodePart), bare.split("/"), link.split("/")]) {
    const target = bare === "" ? null : toTarget(names, link.startsWith("/"), folders);
    // No name has a NUL, which Postgres refuses to look for: a link may spell it as %00.
    if (target !== null && !names.some((name) => name.includes("\0")))
      readings.set(target.names.join("\0"), target);
  }
  return [...readings.values()];
}

/** The likeliest place that a link leads to. */
export function resolveLink(folders: readonly string[], link: string): FilePlace | null {
  const names = readTargets(link, folders)[0]?.names.slice();
  const file = names?.pop();
  return names === undefined || file === undefined ? null : { folders: names, file };
}

function toTarget(
  names: readonly string[],
  isFromRoot: boolean,
  folders: readonly string[],
): LinkTarget | null {
  const fromRoot = walkPath(names, isFromRoot ? [] : folders);
  if (fromRoot === null || fromRoot.length === 0) return null;
  return { names: fromRoot, fromFolder: isFromRoot ? null : (walkPath(names, [])?.join("/") ?? null) };
}

/** No path has more names: folders lie in each other no deeper than 64. */
const maxNames = 200;

/** Where names lead; null where they go above the root, or on without end. */
function walkPath(names: readonly string[], from: readonly string[]): string[] | null {
  if (names.length > maxNames) return null;
  const path = [...from];
  for (const name of names) {
    if (name === "" || name === ".") continue;
    if (name !== "..") path.push(name);
    else if (path.pop() === undefined) return null;
  }
  return path;
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The ways in which a name is written in Unicode: one system composes accents, another does not. */
export const normalForms = (name: string): string[] => [
  ...new Set([name, name.normalize("NFC"), name.normalize("NFD")]),
];

/** The link that leads from a folder to a place. */
export function createLink(from: readonly string[], { folders, file }: FilePlace): string {
  let shared = 0;
  while (shared < from.length && shared < folders.length && from[shared] === folders[shared]) shared += 1;
  const up = Array.from(from.slice(shared), () => "..");
  return [...up, ...[...folders.slice(shared), file].map(encodeName)].join("/");
}

/** A name as it is written in a link. Only what would end the link, or be read as something else, is encoded. */
export const encodeName = (name: string): string =>
  name.replace(/[\s%?#()<>[\]\\:"`*_|&]/g, encodeURIComponent).replace(/[()*]/g, toHex);

const toHex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
