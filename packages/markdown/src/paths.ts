/**
 * Links between the files of a workspace: paths relative to the document's folder, or to the root if they begin with a
 * slash. Folders are lists of names from the root down.
 */

/** A possible target of a link: the names of a path from the workspace's root, with the file's name last. */
export interface LinkTarget {
  names: string[];
  /**
   * The path relative to the document's own folder. Null if the link begins at the root or leaves the folder upward.
   */
  fromFolder: string | null;
}

/** The path of a file from the root. */
export interface FilePath {
  folders: string[];
  file: string;
}

/** Whether a link leads outside of the workspace: it has a scheme or a host. */
export const isExternal = (link: string): boolean => /^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(link);

/**
 * Returns the possible readings of a link, most likely first. Markdown links are URLs, in which a space is `%20` and
 * `#` begins a fragment, but people also write plain names. Empty for a link that is not a path inside the workspace: a
 * URL, an anchor, or a path that leads above the root.
 */
export function readTargets(link: string, folders: readonly string[]): LinkTarget[] {
  if (isExternal(link)) return [];
  const bare = link.replace(/[?#].*$/s, "");
  const readings = new Map<string, LinkTarget>();
  for (const names of [bare.split("/").map(decodeUrlPart), bare.split("/"), link.split("/")]) {
    const target = bare === "" ? null : toTarget(names, link.startsWith("/"), folders);
    // No name contains NUL, and Postgres rejects it in queries. A link can contain it as %00.
    if (target !== null && !names.some((name) => name.includes("\0")))
      readings.set(target.names.join("\0"), target);
  }
  return [...readings.values()];
}

/** Returns the most likely target of a link. */
export function resolveLink(folders: readonly string[], link: string): FilePath | null {
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

/** Maximum number of names in a path. Longer paths have no target, because folders are nested at most 64 deep. */
export const maxPathNames = 200;

/** Resolves names from a folder. Null if they lead above the root, or if there are too many. */
function walkPath(names: readonly string[], from: readonly string[]): string[] | null {
  if (names.length > maxPathNames) return null;
  const path = [...from];
  for (const name of names) {
    if (name === "" || name === ".") continue;
    if (name !== "..") path.push(name);
    else if (path.pop() === undefined) return null;
  }
  return path;
}

/** Decodes a part of a URL; returns it unchanged if a percent sign is literal. */
export function decodeUrlPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The Unicode normalization forms of a name. Some systems compose accents, others do not. */
export const normalForms = (name: string): string[] => [
  ...new Set([name, name.normalize("NFC"), name.normalize("NFD")]),
];

/** Returns the link from a folder to a file. */
export function createLink(from: readonly string[], { folders, file }: FilePath): string {
  let shared = 0;
  while (shared < from.length && shared < folders.length && from[shared] === folders[shared]) shared += 1;
  const up = Array.from(from.slice(shared), () => "..");
  return [...up, ...[...folders.slice(shared), file].map(encodeName)].join("/");
}

/** Encodes a name for a link. Only characters that would end the link or change its meaning are encoded. */
export const encodeName = (name: string): string =>
  name.replace(/[\s%?#()<>[\]\\:"`*_|&]/g, encodeURIComponent).replace(/[()*]/g, toHex);

const toHex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
