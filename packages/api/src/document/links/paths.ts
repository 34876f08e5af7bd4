import { fileNameOf as unsafeFileNameOf } from "@mdreader/contract/file-names";

/** Where a document is: the names of its folders from the root down, and the name of its file. */
export interface Place {
  folders: string[];
  file: string;
}

/** What a document's file is called in an export: names that lead out of their folder are none. */
export const fileNameOf = (title: string): string => unsafeFileNameOf(title.replaceAll("/", "-"));

/** The titles that a document with this file may have: with its ending, or without. */
export function titlesOf(file: string): string[] {
  return file.endsWith(".md") ? [file.slice(0, -".md".length), file] : [file];
}

/**
 * Follows a link from a document's folder; one that begins with a slash, from the root.
 * @returns Null for what is no path inside the workspace: an address, an anchor, or one that climbs out of it.
 */
export function follow(folders: readonly string[], link: string): Place | null {
  const [path = ""] = link.split(/[?#]/);
  if (path === "" || /^[a-z][a-z0-9+.-]*:|^\/\//i.test(path)) return null;
  const names = path.startsWith("/") ? [] : [...folders];
  for (const part of path.split("/")) {
    const name = decoded(part);
    // No name has a NUL, which Postgres refuses to look for: a link may spell it as %00.
    if (name.includes("\0")) return null;
    if (name === "" || name === ".") continue;
    if (name !== "..") names.push(name);
    else if (names.pop() === undefined) return null;
  }
  const file = names.pop();
  return file === undefined ? null : { folders: names, file };
}

/** The link that leads from a folder to a place. Only what would end the link, or be read as something else, is encoded. */
export function linkTo(from: readonly string[], { folders, file }: Place): string {
  let shared = 0;
  while (shared < from.length && shared < folders.length && from[shared] === folders[shared]) shared += 1;
  const up = Array.from(from.slice(shared), () => "..");
  return [...up, ...[...folders.slice(shared), file].map(encoded)].join("/");
}

export const encoded = (name: string) =>
  name.replace(/[\s%?#()<>[\]\\:"`*_]/g, encodeURIComponent).replace(/[()*]/g, hex);
const hex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const inline = /\]\(\s*(?:<([^<>\n]*)>|([^\s()]*(?:\([^\s()]*\)[^\s()]*)*))/g;
const reference = /^ {0,3}\[[^\]\n]+\]:\s*(?:<([^<>\n]*)>|(\S+))/gm;

/** The links of a text and where each stands. Those within code are among them. */
export function linksIn(text: string): { link: string; at: number }[] {
  return [inline, reference].flatMap((pattern) =>
    Array.from(text.matchAll(pattern), ({ 1: bracketed, 2: bare, index }) => ({
      link: bracketed ?? bare ?? "",
      at: index,
    })),
  );
}
