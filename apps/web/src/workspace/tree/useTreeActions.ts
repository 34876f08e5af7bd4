import { useNavigate, useParams } from "@tanstack/react-router";

import { client } from "../../app/client.ts";
import { say, sayError } from "../../ui/toast.ts";
import type { Move } from "../moved-links.ts";
import { dropNode, refreshAround, refreshLevel, refreshLevels, showName } from "./levels.ts";
import type { Node, Placed } from "./node.ts";

/** What a document is called before it has a title. */
const untitled = "Untitled";

/** Offers to update links, once something was renamed or moved. What does that is not on every page. */
function offerLinkUpdate(move: Move): void {
  import("../moved-links.ts").then((links) => links.offerLinkUpdate(move)).catch(() => {});
}

/** Does what a person asked for. When the server refuses, says so, and puts right what was shown in hope. */
function attempt(work: () => Promise<unknown>): void {
  work().catch((error: unknown) => {
    sayError(error instanceof Error ? error : new Error(String(error)));
    void refreshLevels();
  });
}

/** What can be done to the documents and folders of a workspace. Each shows its effect at once where that is possible. */
export function useTreeActions(workspaceId: string) {
  const navigate = useNavigate();
  const open = useParams({ strict: false, select: ({ documentId }) => documentId });
  return {
    newDocument: (folderId: string | null) =>
      attempt(async () => {
        const { id } = await client.document.create.mutate({ workspaceId, folderId, title: untitled });
        await refreshLevel(workspaceId, folderId);
        await navigate({ to: "/w/$workspaceId/d/$documentId", params: { workspaceId, documentId: id } });
      }),

    newFolder: (parentId: string | null, then: (id: string) => void) =>
      attempt(async () => {
        // Two folders of one name can't lie side by side: this one has the time of its making until it is named.
        const name = `New folder, ${new Date().toLocaleTimeString("en", { hour12: false })}`;
        const { id } = await client.document.folder.create.mutate({ workspaceId, parentId, name });
        await refreshLevel(workspaceId, parentId);
        then(id);
      }),

    rename: ({ id, kind, name: before }: Node, name: string) =>
      attempt(async () => {
        if (name === "" || name === before) return;
        const rename = async (next: string) => {
          showName(id, next);
          if (kind === "folder") await client.document.folder.rename.mutate({ id, name: next });
          else await client.document.update.mutate({ id, title: next });
          await refreshAround(id);
        };
        await rename(name);
        offerLinkUpdate({
          moved: { workspaceId, kind, id },
          from: { fromName: before },
          to: { fromName: name },
          takeBack: () => rename(before),
        });
      }),

    move: ({ node: { id, kind }, folderId: from }: Placed, to: string | null) =>
      attempt(async () => {
        if (from === to || id === to) return;
        const moveTo = async (goal: string | null) => {
          dropNode(id);
          if (kind === "folder") await client.document.folder.move.mutate({ id, parentId: goal });
          else await client.document.move.mutate({ id, folderId: goal });
          await refreshLevel(workspaceId, goal);
        };
        await moveTo(to);
        offerLinkUpdate({
          moved: { workspaceId, kind, id },
          from: { fromFolderId: from },
          to: { fromFolderId: to },
          takeBack: () => moveTo(from),
        });
      }),

    duplicate: (id: string) =>
      attempt(async () => {
        const copy = await client.document.duplicate.mutate({ id });
        await refreshLevel(workspaceId, copy.folderId);
      }),

    remove: ({ node: { id, kind, name }, folderId }: Placed) =>
      attempt(async () => {
        const things = kind === "folder" ? client.document.folder : client.document;
        await things.delete.mutate({ id });
        dropNode(id);
        const restore = async () => {
          await things.restore.mutate({ id });
          await refreshLevel(workspaceId, folderId);
        };
        say(`${name} was moved to the trash`, { label: "Undo", run: () => attempt(restore) });
        if (id === open) await navigate({ to: "/w/$workspaceId", params: { workspaceId } });
      }),
  };
}
