import { isReason, type RouterOutputs } from "@mdreader/client";
import { useNavigate, useParams } from "@tanstack/react-router";

import { client, queryClient, trpc } from "../../lib/client.ts";
import { showToast, showErrorToast } from "../../ui/toast.ts";
import type { Move } from "../link/moved-links.ts";
import { setNewDocument } from "../new-document.ts";
import type { NamedNode, Place, PositionedNode } from "./node.ts";
import { revealInTree } from "./reveal.ts";
import { findPlace, treeCache } from "./tree-cache.ts";

/** Title of a new document. */
const untitled = "Untitled";

/** Offers to update links after a rename or move. Loaded on demand. */
function offerLinkUpdate(move: Move): void {
  import("../link/moved-links.ts").then((links) => links.offerLinkUpdate(move)).catch(() => {});
}

/** Runs an action. If it fails, shows the error and reverts optimistic updates. */
function attempt(work: () => Promise<unknown>): void {
  work().catch((error: unknown) => {
    showErrorToast(error instanceof Error ? error : new Error(String(error)));
    void treeCache.invalidateFolders();
  });
}

/** Opens the folders above the open document after it, or a folder that contains it, was moved. */
async function revealMoved(movedId: string, openId: string): Promise<void> {
  const { folders } = await queryClient.fetchQuery(
    trpc.document.path.queryOptions({ id: openId }, { staleTime: 0 }),
  );
  const folderIds = folders.map(({ id }) => id);
  if (movedId === openId || folderIds.includes(movedId)) revealInTree({ id: openId, folderIds });
}

/** The number of moves that have not been answered yet. */
let movesUnderWay = 0;
let lastMove: Promise<unknown> = Promise.resolve();

/** Runs moves one after another, because the place of a node depends on the moves before it. */
async function moveInTurn(work: () => Promise<void>): Promise<void> {
  movesUnderWay += 1;
  const before = lastMove;
  const move = (async () => {
    await before.catch(() => {});
    await work();
  })();
  lastMove = move;
  try {
    await move;
  } finally {
    movesUnderWay -= 1;
  }
}

/** The highest number in the name of a new folder. */
const maxFolderNumber = 50;

/** Minimum number of documents in a folder whose deletion must be confirmed. */
const minConfirmedDocuments = 10;

/** A folder whose deletion is to be confirmed. */
export interface FolderDeletion {
  placed: PositionedNode;
  contents: RouterOutputs["document"]["folder"]["count"];
}

/** Creates a folder with the first free name: "New folder", "New folder 2", and so on. @returns Its ID. */
async function createFolder(workspaceId: string, parentId: string | null): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? "New folder" : `New folder ${number}`;
    try {
      return (await client.document.folder.create.mutate({ workspaceId, parentId, name })).id;
    } catch (error) {
      if (!isReason(error, "FOLDER_NAME_TAKEN") || number === maxFolderNumber) throw error;
    }
  }
}

/** Actions on the documents and folders of a workspace. They update the tree optimistically where possible. */
export function useTreeActions(workspaceId: string) {
  const navigate = useNavigate();
  const open = useParams({ strict: false, select: ({ documentId }) => documentId });
  const remove = async ({ node: { id, kind, name }, folderId }: PositionedNode) => {
    const procedures = kind === "folder" ? client.document.folder : client.document;
    await procedures.delete.mutate({ id });
    treeCache.remove(id);
    const restore = async () => {
      await procedures.restore.mutate({ id });
      await treeCache.invalidateFolder(workspaceId, folderId);
    };
    showToast(`“${name}” was moved to the trash.`, { label: "Undo", run: () => attempt(restore) });
    if (id === open) await navigate({ to: "/w/$workspaceId", params: { workspaceId } });
  };
  return {
    newDocument: (folderId: string | null) =>
      attempt(async () => {
        const { id } = await client.document.create.mutate({ workspaceId, folderId, title: untitled });
        await treeCache.invalidateFolder(workspaceId, folderId);
        setNewDocument(id);
        await navigate({ to: "/w/$workspaceId/d/$documentId", params: { workspaceId, documentId: id } });
      }),

    newSample: () =>
      attempt(async () => {
        const { default: content } = await import("./sample.md?raw");
        const title = "Welcome to MDReader";
        const { id } = await client.document.create.mutate({ workspaceId, folderId: null, title, content });
        await treeCache.invalidateFolder(workspaceId, null);
        await navigate({ to: "/w/$workspaceId/d/$documentId", params: { workspaceId, documentId: id } });
      }),

    newFolder: (parentId: string | null, then: (id: string) => void) =>
      attempt(async () => {
        const id = await createFolder(workspaceId, parentId);
        await treeCache.invalidateFolder(workspaceId, parentId);
        then(id);
      }),

    rename: ({ id, kind, name: before }: NamedNode, name: string) =>
      attempt(async () => {
        if (name === "" || name === before) return;
        const rename = async (next: string) => {
          treeCache.rename(id, next);
          if (kind === "folder") await client.document.folder.rename.mutate({ id, name: next });
          else await client.document.update.mutate({ id, title: next });
          await treeCache.invalidateSiblings(id);
        };
        await rename(name);
        offerLinkUpdate({
          moved: { workspaceId, kind, id },
          from: { fromName: before },
          to: { fromName: name },
          undo: () => rename(before),
        });
      }),

    /** Moves a node into a folder, or to the root for null. With a place, it goes next to a sibling there. */
    move: (placed: PositionedNode, to: string | null, place?: Place) =>
      attempt(async () => {
        const {
          node: { id, kind },
          folderId: from,
        } = placed;
        if (id === to || (from === to && place === undefined)) return;
        const moveTo = async (goal: string | null, at?: Place) => {
          if (at === undefined) treeCache.remove(id);
          else treeCache.place(id, at);
          await moveInTurn(async () => {
            if (kind === "folder") await client.document.folder.move.mutate({ id, parentId: goal, ...at });
            else await client.document.move.mutate({ id, folderId: goal, ...at });
          });
          if (movesUnderWay === 0) await treeCache.invalidateFolder(workspaceId, goal);
        };
        const placeBefore =
          from === to ? undefined : await findPlace(workspaceId, placed).catch(() => undefined);
        await moveTo(to, place);
        if (from === to) return;
        if (open !== undefined) await revealMoved(id, open).catch(() => {}); // the move itself succeeded
        offerLinkUpdate({
          moved: { workspaceId, kind, id },
          from: { fromFolderId: from },
          to: { fromFolderId: to },
          undo: () => moveTo(from, placeBefore),
        });
      }),

    updateLinks: (placed: PositionedNode) =>
      attempt(async () => {
        const links = await import("../link/moved-links.ts");
        await links.offerFormerLinkUpdate(workspaceId, placed);
      }),

    sortByName: (folderId: string | null) =>
      attempt(async () => {
        await client.document.folder.sort.mutate({ workspaceId, folderId });
        await treeCache.invalidateFolders();
      }),

    duplicate: (id: string) =>
      attempt(async () => {
        const copy = await client.document.duplicate.mutate({ id });
        await treeCache.invalidateFolder(workspaceId, copy.folderId);
      }),

    remove: (placed: PositionedNode) => attempt(() => remove(placed)),

    /** Moves a node to the trash. For a folder with many documents, calls `confirm` instead. */
    removeOrConfirm: (placed: PositionedNode, confirm: (folder: FolderDeletion) => void) =>
      attempt(async () => {
        if (placed.node.kind === "folder") {
          const contents = await client.document.folder.count.query({ id: placed.node.id });
          if (contents.documents >= minConfirmedDocuments) return confirm({ placed, contents });
        }
        await remove(placed);
      }),
  };
}
