/** What a link in Markdown may mean, as names from the workspace's root. */
export interface LinkTarget {
  /** From the root of the workspace. */
  fromRoot: string[];
  /** From the document's own folder; null where the link begins at the root, or leaves the folder upward. */
  fromFolder: string | null;
}

/**
 * How a link can be read, likeliest first: Markdown writes addresses, in which a blank is `%20` and `#` begins a fragment,
 * but people write plain names, too. Empty for an address elsewhere.
 *
 * @param folderPath The names of the folders that the document lies in, from the root.
 */
export function readingsOf(link: string, folderPath: readonly string[]): LinkTarget[] {
  if (/^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(link)) return [];
  const bare = link.replace(/[?#].*$/s, "");
  const readings = new Set([decoded(bare), bare, link]);
  // No name has a NUL, which Postgres refuses to look for: a link may spell it as %00.
  return [...readings]
    .filter((reading) => !reading.includes("\0"))
    .flatMap((reading) => targetOf(reading, folderPath) ?? []);
}

function targetOf(reading: string, folderPath: readonly string[]): LinkTarget | null {
  const isFromRoot = reading.startsWith("/");
  const names = reading.split("/");
  const fromRoot = walked(names, isFromRoot ? [] : folderPath);
  if (fromRoot === null || fromRoot.length === 0) return null;
  const fromFolder = isFromRoot ? null : (walked(names, [])?.join("/") ?? null);
  return { fromRoot, fromFolder };
}

/** Where the names lead; null where they go above the root. */
function walked(names: readonly string[], from: readonly string[]): string[] | null {
  const path = [...from];
  for (const name of names) {
    if (name === "" || name === ".") continue;
    if (name !== "..") path.push(name);
    else if (path.pop() === undefined) return null;
  }
  return path;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The ways in which a name is written in Unicode: one system composes accents, another does not. */
export const spellings = (name: string): string[] => [
  ...new Set([name, name.normalize("NFC"), name.normalize("NFD")]),
];
