import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { type Client, isReason, type RouterOutputs } from "@mdreader/client";
import { z } from "zod";

import { Failure } from "../failure.ts";
import { removeAbandoned } from "../files.ts";
import { createMapFile, TrackedMap } from "./map-file.ts";
import type { SyncTarget } from "./state.ts";

export type ContentsItem = RouterOutputs["workspace"]["contents"]["items"][number];

/** The contents of a workspace as of its last listing. A cached copy lets the next run request only changes. */
export interface Listing {
  readonly items: ReadonlyMap<string, ContentsItem>;
  /** The order of the top level. */
  readonly childrenOrder: Page["childrenOrder"];
  /** The number of the newest event that the items include; 0 before the first request. */
  readonly eventSeq: number;
  /** Requests the changes, or everything the first time. @returns Whether anything has changed. */
  refresh(): Promise<boolean>;
  /** Records a newer version of a document. @returns Whether the document is listed. */
  setVersion(id: string, version: number): boolean;
  save(): Promise<void>;
}

const item = z.object({
  kind: z.enum(["folder", "document", "file"]),
  id: z.string(),
  folderId: z.string().nullable(),
  name: z.string(),
  version: z.int(),
  hash: z.string().nullable(),
  alias: z.object({ documentId: z.string(), path: z.string() }).nullable(),
  childrenOrder: z.enum(["name", "manual"]).optional(),
  isDeleted: z.boolean(),
});
const format = z.object({
  header: z.object({ server: z.string(), workspaceId: z.string() }),
  maps: z.object({
    items: z.array(z.tuple([z.string(), item])).default([]),
    marker: z.tuple([z.tuple([z.literal("marker"), z.string()])]),
  }),
});

/** The number of times that everything is listed before giving up. */
const maxTries = 3;
/** The number of times that changes are listed until no event occurs between their pages. Each time there are fewer. */
const maxRounds = 10;

/** Only the user may read the names in a workspace. */
const mode = 0o600;

/** The server's maximum number of items in a page, and of documents that one request names. */
const maxItems = 1000;

type Page = RouterOutputs["workspace"]["contents"];

export async function openListing(
  client: Client,
  configFolder: string,
  { server, workspaceId }: SyncTarget,
  { maxNamed = maxItems, pageSize = maxItems }: { maxNamed?: number; pageSize?: number } = {},
): Promise<Listing> {
  const folder = join(configFolder, "listings");
  const key = createHash("sha256").update(`${server} ${workspaceId}`).digest("hex");
  const path = join(folder, `${key}.json`);
  const { file, kept } = await openCached(path, { server, workspaceId });
  let marker: string | null = kept?.marker[0][1] ?? null;
  let eventSeq = 0;
  let childrenOrder: Page["childrenOrder"] = "name";
  let isSaved = true;
  const items = new TrackedMap<ContentsItem>(kept?.items);
  const saved = { items, marker: new TrackedMap<string>(kept?.marker) };

  /** Requests all pages: of everything, or of the changes since a marker. */
  async function readPages(input: { since?: string | null; documentIds?: string[] } = {}): Promise<Page[]> {
    const pages: Page[] = [];
    for (let cursor: string | null | undefined = null; cursor !== undefined;) {
      const page: Page = await client.workspace.contents.query({
        workspaceId,
        limit: pageSize,
        ...(cursor !== null && { cursor }),
        ...input,
      });
      pages.push(page);
      // Servers of earlier versions send no order.
      childrenOrder = page.childrenOrder ?? "name";
      cursor = page.nextCursor ?? undefined;
    }
    return pages;
  }

  /** Replaces the items only when all pages were read: an item that is missing here counts as deleted. */
  async function listAll(): Promise<void> {
    const pages = await readPages();
    items.clear();
    for (const page of pages) for (const one of page.items) items.set(one.id, one);
    marker = pages[0]?.marker ?? null;
    eventSeq = pages[0]?.eventSeq ?? 0;
    isSaved = false;
    // Changes made while the pages were read are requested together.
    if (pages.length > 1) await listChanges();
  }

  /**
   * Requests the changes. Pages that were read at different times could show an item in a folder that no page shows, so they
   * are requested until no event occurs between the first and the last one.
   */
  async function listChanges(): Promise<boolean> {
    let hasChanged = false;
    for (let round = 1; round <= maxRounds; round += 1) {
      const pages = await readChanges();
      // Later changes are reported again, because the marker is that of the first page.
      const [first] = pages;
      marker = first?.marker ?? marker;
      eventSeq = first?.eventSeq ?? 0;
      for (const page of pages) if (applyChanges(page)) hasChanged = true;
      if (pages.every((page) => page.eventSeq === first?.eventSeq)) return hasChanged;
    }
    throw new Failure("UNAVAILABLE", "The workspace is changing too fast to be listed.", {
      hint: "Try again later.",
    });
  }

  /** The pages of changes, including all documents without a hash. */
  async function readChanges(): Promise<Page[]> {
    const unsettled = [...items.values()].flatMap(({ id, kind, hash }) =>
      kind === "document" && hash === null ? [id] : [],
    );
    const since = marker;
    const named = unsettled.slice(0, maxNamed);
    const pages = await readPages({ since, ...(named.length > 0 && { documentIds: named }) });
    for (let at = maxNamed; at < unsettled.length; at += maxNamed)
      pages.push(...(await readPages({ since, documentIds: unsettled.slice(at, at + maxNamed) })));
    return pages;
  }

  function applyChanges(page: Page): boolean {
    let hasChanged = false;
    for (const one of page.items) {
      if (isEqual(items.get(one.id), one)) continue;
      hasChanged = true;
      isSaved = false;
      if (one.isDeleted) items.delete(one.id);
      else items.set(one.id, one);
    }
    return hasChanged;
  }

  return {
    items,
    get childrenOrder() {
      return childrenOrder;
    },
    get eventSeq() {
      return eventSeq;
    },
    async refresh() {
      try {
        if (marker !== null) return await listChanges();
      } catch (error) {
        if (!isReason(error, "RESYNC_REQUIRED", "BAD_CURSOR")) throw error;
      }
      for (let tries = 1; ; tries += 1) {
        try {
          await listAll();
          return true;
        } catch (error) {
          // More has changed meanwhile than the server reports.
          if (!isReason(error, "RESYNC_REQUIRED") || tries === maxTries) throw error;
        }
      }
    },
    setVersion(id, version) {
      const known = items.get(id);
      if (known === undefined) return false;
      if (version > known.version) items.set(id, { ...known, version, hash: null });
      return true;
    },
    async save() {
      if (isSaved || marker === null) return;
      saved.marker.set("marker", marker);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await removeAbandoned(folder);
      await file.save({ server, workspaceId } satisfies z.input<typeof format>["header"], saved);
      isSaved = true;
    },
  };
}

/** The cached copy of a listing; null if it is missing, damaged, or of another workspace. */
async function openCached(path: string, expected: z.infer<typeof format>["header"]) {
  const file = createMapFile(path, mode);
  try {
    const { header, maps } = format.parse(await file.read());
    if (header.server === expected.server && header.workspaceId === expected.workspaceId)
      return { file, kept: maps };
  } catch {
    // Everything is listed again.
  }
  return { file: createMapFile(path, mode), kept: null };
}

function isEqual(before: ContentsItem | undefined, now: ContentsItem): boolean {
  if (before === undefined) return now.isDeleted;
  return (
    !now.isDeleted &&
    before.folderId === now.folderId &&
    before.name === now.name &&
    before.version === now.version &&
    before.hash === now.hash &&
    before.childrenOrder === now.childrenOrder &&
    before.alias?.path === now.alias?.path
  );
}
