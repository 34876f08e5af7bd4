/**
 * Names of items that an import brings from other programs. Notion's exports append page IDs and cut titles at a
 * space, and Outline's encode characters that file systems reject. An import restores the names that people know, so the links between the
 * items must be rewritten to the new paths.
 */

/** An item to import. */
export interface ImportedItem {
  /** Its names, separated by slashes, without a slash at the end. */
  path: string;
  kind: "document" | "file" | "folder";
}

/** The end of a page's name in an export of Notion. */
const pageId = /^\s[\da-f]{32}$/;
const pageIdLength = 33;
/** The end of the name of a database's second table, after the ID. */
const allRows = "_all";

/** Where an export of Outline keeps attached files. It is the only one that encodes names. */
const outlineFile =
  /(?:^|\/)uploads\/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\//;
/** The encoding of the characters that Windows rejects in names. */
const encoded = /%(?:2F|5C|3A|2A|3F|22|3C|3E|7C)/g;

/**
 * Returns the new paths of the items, and of the folders above them, by their paths. Items that keep their paths are omitted.
 * The result does not depend on the order of the items.
 */
export function renameImportedItems(items: readonly ImportedItem[]): Map<string, string> {
  const root = createTree(items);
  const clean = createCleaner(items);
  const renamed = new Map<string, string>();
  const waiting = [{ node: root, from: "", to: "" }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, from, to } = next;
    const names = assignImportedNames([...node.values()], clean);
    for (const [name, child] of node) {
      const [path, newPath] = [from + name, to + (names.get(name) ?? name)];
      if (path !== newPath) renamed.set(path, newPath);
      if (child.children.size > 0)
        waiting.push({ node: child.children, from: `${path}/`, to: `${newPath}/` });
    }
  }
  return renamed;
}

interface Node {
  name: string;
  kind: ImportedItem["kind"];
  children: Map<string, Node>;
}

function createTree(items: readonly ImportedItem[]): Map<string, Node> {
  const root = new Map<string, Node>();
  for (const { path, kind } of items) {
    let siblings = root;
    const names = path.split("/");
    for (const [index, name] of names.entries()) {
      const isLast = index === names.length - 1;
      const node = siblings.get(name) ?? { name, kind: isLast ? kind : "folder", children: new Map() };
      siblings.set(name, node);
      siblings = node.children;
    }
  }
  return root;
}

/** A name in parts: items with the same stem belong together, such as a page and the folder of its subpages. */
interface NameParts {
  stem: string;
  /** The stem without an ID, or null if it has none. */
  title: string | null;
  /** The rest of the name: `_all`, and the extension. */
  rest: string;
}

function splitName({ name, kind }: Pick<Node, "name" | "kind">): NameParts {
  const dot = kind === "folder" ? -1 : name.lastIndexOf(".");
  const [start, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  const isTable = start.endsWith(allRows) && readTitle(start.slice(0, -allRows.length)) !== null;
  const stem = isTable ? start.slice(0, -allRows.length) : start;
  return { stem, title: readTitle(stem), rest: (isTable ? allRows : "") + extension };
}

/** Returns a stem without its ID. Null if it has none, or nothing else. */
function readTitle(stem: string): string | null {
  if (!pageId.test(stem.slice(-pageIdLength))) return null;
  return stem.slice(0, -pageIdLength).trimEnd() || null;
}

/** Returns a function that restores the stem of a name. */
function createCleaner(items: readonly ImportedItem[]): (parts: NameParts, kind: Node["kind"]) => string {
  const documents = items.filter(({ kind }) => kind === "document");
  const withId = documents.filter(
    ({ path, kind }) => splitName({ name: path.slice(path.lastIndexOf("/") + 1), kind }).title !== null,
  );
  // A few names that happen to end like this keep it. In an export, all pages have an ID, but not all attached files.
  const haveIds = withId.length * 2 > documents.length;
  const areEncoded = items.some(({ path }) => outlineFile.test(path));
  return ({ stem, title }, kind) => {
    const bare = (haveIds ? title : null) ?? stem;
    if (kind === "file") return bare;
    const decoded = areEncoded ? decodeName(bare) : bare;
    // A document can be named "late .md", but not " early.md".
    const clean = kind === "folder" || decoded !== bare ? decoded.trim() : decoded.trimStart();
    return clean === "" || clean === "." || clean === ".." ? stem : clean;
  };
}

/** A slash becomes a hyphen, because a name can't contain it. */
const decodeName = (name: string) =>
  name
    .replace(encoded, decodeURIComponent)
    .replace(/(?:%2E|%20)+$/, decodeURIComponent)
    .replaceAll(/[/\\]/g, "-");

/** Assigns the new names of the items in one folder, by their names. Names that don't change take precedence. */
function assignImportedNames(
  nodes: readonly Node[],
  clean: ReturnType<typeof createCleaner>,
): Map<string, string> {
  const candidates = nodes.map((node) => {
    const parts = splitName(node);
    return { name: node.name, stem: parts.stem, preferredStem: clean(parts, node.kind), rest: parts.rest };
  });
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const changed: [stem: string, members: typeof candidates][] = [];
  for (const [stem, members] of Map.groupBy(candidates, (one) => one.stem)) {
    if (members.some(({ name, preferredStem, rest }) => (preferredStem + rest).trim() !== name))
      changed.push([stem, members]);
    else for (const { name } of members) taken.add(name);
  }
  /** The last number by the stem that is numbered, because thousands of pages may have the same title. */
  const lastCounts = new Map<string, number>();
  for (const [, members] of changed.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const key = members.map(({ preferredStem, rest }) => `${preferredStem}/${rest}`).join("/");
    for (let count = (lastCounts.get(key) ?? 0) + 1; ; count += 1) {
      const suffix = count === 1 ? "" : ` (${count})`;
      const numbered = members.map(({ preferredStem, rest }) => (preferredStem + suffix + rest).trim());
      if (numbered.some((name) => taken.has(name))) continue;
      lastCounts.set(key, count);
      for (const [index, { name }] of members.entries()) {
        const newName = numbered[index] ?? name;
        names.set(name, newName);
        taken.add(newName);
      }
      break;
    }
  }
  return names;
}
