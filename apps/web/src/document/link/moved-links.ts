import { everyPage, isReason, type RouterInputs } from "@mdreader/client";

import { client } from "../../lib/client.ts";
import { showErrorToast, showToast, toasts } from "../../ui/toast.ts";
import type { PositionedNode } from "../tree/node.ts";

type Moved = Omit<RouterInputs["document"]["countMovedLinks"], "cursor" | "limit" | "direction">;

/** A renamed or moved document or folder. */
export interface Move {
  moved: Pick<Moved, "workspaceId" | "kind" | "id">;
  from: Pick<Moved, "fromName" | "fromFolderId">;
  to: Pick<Moved, "fromName" | "fromFolderId">;
  /** Reverts the rename or move. */
  undo: () => Promise<unknown>;
}

interface LinkCounts {
  documents: number;
  links: number;
  skipped: number;
}

/** Time in milliseconds to accept the offer. */
const offerMs = 15_000;
/** Progress is shown from this many documents. */
const minDocumentsWithProgress = 100;

const formatCount = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
const listPlaces = ({ links, documents }: LinkCounts) =>
  `${formatCount(links, "link")} in ${formatCount(documents, "document")}`;

/** Offers to update links that a rename or move broke. */
export function offerLinkUpdate(move: Move): void {
  // Failures are ignored, because the rename or move itself succeeded.
  offer(move).catch(() => {});
}

async function offer(move: Move): Promise<void> {
  const input = { ...move.moved, ...move.from };
  const found = await countLinks((cursor) => client.document.countMovedLinks.query({ ...input, cursor }));
  if (found.links === 0) return;
  showOffer(found, "the old location", () => updateLinks(move, found));
}

function showOffer(found: LinkCounts, target: string, update: () => Promise<void>): void {
  const id = toasts.add({
    title: `${listPlaces(found)} ${found.links === 1 ? "points" : "point"} to ${target}.`,
    timeout: offerMs,
    actionProps: {
      children: "Update links",
      onClick: () => {
        toasts.close(id);
        attempt(update);
      },
    },
  });
}

const describeUpdate = (updated: LinkCounts): string =>
  `Updated ${listPlaces(updated)}.${updated.skipped === 0 ? "" : ` ${formatCount(updated.skipped, "document")} couldn't be updated.`}`;

async function updateLinks(move: Move, found: LinkCounts): Promise<void> {
  const updated = await updateAll({ ...move.moved, ...move.from }, found);
  const done = toasts.add({
    title: describeUpdate(updated),
    timeout: offerMs,
    actionProps: {
      children: "Undo",
      onClick: () => {
        toasts.close(done);
        attempt(async () => {
          await move.undo();
          await updateAll({ ...move.moved, ...move.to }, updated);
        });
      },
    },
  });
}

type FormerPlace = Required<Move["from"]>;

/** Offers to update links to former places of a document or folder. Links that lead somewhere now are not among them. */
export async function offerFormerLinkUpdate(workspaceId: string, placed: PositionedNode): Promise<void> {
  const { kind, id, name } = placed.node;
  const inputs = (await listFormerPlaces(workspaceId, placed)).map((place) => ({
    workspaceId,
    kind,
    id,
    ...place,
    onlyBroken: true,
  }));
  const broken: { input: Moved; found: LinkCounts }[] = [];
  for (const input of inputs) {
    const found = await countLinks((cursor) =>
      client.document.countMovedLinks.query({ ...input, cursor }),
    ).catch((error: unknown) => {
      // The former folder was deleted permanently.
      if (isReason(error, "NOT_FOUND")) return noLinks;
      throw error;
    });
    if (found.links > 0) broken.push({ input, found });
  }
  if (broken.length === 0) return showToast(`No links point to an old location of “${name}”.`);
  showOffer(sum(broken.map(({ found }) => found)), `an old location of “${name}”`, async () => {
    const updated: LinkCounts[] = [];
    for (const { input, found } of broken) updated.push(await updateAll(input, found));
    showToast(describeUpdate(sum(updated)));
  });
}

/** The most former places whose links are looked for. */
const maxFormerPlaces = 20;

/** Finds out from its events where a document or folder was, and under which names, latest first. */
async function listFormerPlaces(
  workspaceId: string,
  { node: { kind, id, name }, folderId }: PositionedNode,
): Promise<FormerPlace[]> {
  const { items } = await client.workspace.activity.query({
    workspaceId,
    subjectId: id,
    kinds: kind === "folder" ? ["folder.moved", "folder.renamed"] : ["document.moved", "document.updated"],
    limit: 100,
  });
  let place: FormerPlace = { fromName: name, fromFolderId: folderId };
  const places = new Map([[JSON.stringify(place), place]]);
  for (const { previousName, movedFrom } of items) {
    place = {
      fromName: previousName ?? place.fromName,
      fromFolderId: movedFrom === null ? place.fromFolderId : movedFrom.folderId,
    };
    places.set(JSON.stringify(place), place);
  }
  // The first one is the current place.
  return [...places.values()].slice(1, maxFormerPlaces + 1);
}

const noLinks: LinkCounts = { documents: 0, links: 0, skipped: 0 };

const sum = (counts: readonly LinkCounts[]): LinkCounts =>
  counts.reduce(
    (total, { documents, links, skipped }) => ({
      documents: total.documents + documents,
      links: total.links + links,
      skipped: total.skipped + skipped,
    }),
    noLinks,
  );

/** Updates all links, one page of documents at a time. */
async function updateAll(input: Moved, { documents: all }: LinkCounts): Promise<LinkCounts> {
  const formatProgress = (documents: number) => `Updating links: ${documents} of ${all} documents`;
  const progress =
    all > minDocumentsWithProgress ? toasts.add({ title: formatProgress(0), timeout: 0 }) : null;
  // The same key on each page skips documents that are already updated.
  const idempotencyKey = `links ${input.id} ${Date.now()}`;
  try {
    return await countLinks(
      (cursor) => client.document.updateMovedLinks.mutate({ ...input, idempotencyKey, cursor }),
      ({ documents }) => {
        if (progress !== null) toasts.update(progress, { title: formatProgress(documents) });
      },
    );
  } finally {
    if (progress !== null) toasts.close(progress);
  }
}

type Page = Omit<LinkCounts, "skipped"> & { skipped?: number; nextCursor: string | null };

async function countLinks(
  fetchPage: (cursor: string | undefined) => Promise<Page>,
  onPage?: (sums: LinkCounts) => void,
): Promise<LinkCounts> {
  const sums: LinkCounts = { documents: 0, links: 0, skipped: 0 };
  for await (const { documents, links, skipped = 0 } of everyPage(fetchPage)) {
    sums.documents += documents;
    sums.links += links;
    sums.skipped += skipped;
    onPage?.(sums);
  }
  return sums;
}

function attempt(work: () => Promise<void>): void {
  work().catch((error: unknown) => showErrorToast(error instanceof Error ? error : new Error(String(error))));
}
