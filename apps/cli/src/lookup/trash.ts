import { everyItem, type RouterOutputs } from "@mdreader/client";

import type { Cli } from "../cli.ts";
import { chooseOne, isSameIgnoringCase } from "./choose.ts";
import { isId } from "./id.ts";
import type { ItemKind } from "./item.ts";
import { findWorkspaceId, type WorkspaceOptions } from "./workspace.ts";

export type TrashItem = RouterOutputs["document"]["trash"]["items"][number];

/** The items in the trash of a workspace, most recently deleted first. */
export function listTrash({ client }: Cli, workspaceId: string): Promise<TrashItem[]> {
  return Array.fromAsync(
    everyItem((cursor) => client.document.trash.query({ workspaceId, cursor, limit: 100 })),
  );
}

/**
 * Finds an item in the trash by its ID or name.
 * @param kind The kind of the items. By default, all kinds.
 * @throws Failure NOT_FOUND or AMBIGUOUS.
 */
export async function findTrashed(
  cli: Cli,
  given: string,
  options: WorkspaceOptions,
  kind?: ItemKind,
): Promise<TrashItem> {
  const items = await listTrash(cli, await findWorkspaceId(cli, options));
  const itemsOfKind = items.filter((item) => kind === undefined || item.kind === kind);
  return chooseOne({
    given,
    kind: kind ?? "item",
    found: itemsOfKind.filter(({ id, name }) => (isId(given) ? id === given.toLowerCase() : name === given)),
    similar: itemsOfKind.filter(({ name }) => isSameIgnoringCase(name, given)),
    listHint: "List it with: mdreader trash list",
    place: " in the trash",
  });
}

/** Restores an item with everything that was deleted with it. @returns The server's response. */
export function restoreTrashed(
  { client }: Cli,
  { kind, id }: Pick<TrashItem, "kind" | "id">,
): Promise<object> {
  switch (kind) {
    case "document":
      return client.document.restore.mutate({ id });
    case "folder":
      return client.document.folder.restore.mutate({ id });
    case "file":
      return client.file.restore.mutate({ id });
  }
}
