import type { DocumentRow } from "@mdreader/db";

import type { Ports } from "../ports.ts";

/** The columns with the time of deletion of a document, folder or file, the user, and the item that was deleted directly. */
export type DeletionColumns = Pick<DocumentRow, "deletedAt" | "deletedBy" | "deletedWith">;

/** The columns of an item that is not in the trash. */
export const restoredColumns: DeletionColumns = { deletedAt: null, deletedBy: null, deletedWith: null };

/** Returns the time of deletion before which items in the trash are purged now. */
export const computePurgeCutoff = ({ clock, settings }: Pick<Ports, "clock" | "settings">): string =>
  new Date(clock.now().getTime() - settings.trashRetentionSeconds * 1000).toISOString();

/** Creates the columns of an item that is moved to the trash now. */
export const createDeletion = (
  { clock }: Pick<Ports, "clock">,
  deletedBy: string,
  deletedWith: string,
): DeletionColumns => ({ deletedAt: clock.now().toISOString(), deletedBy, deletedWith });
