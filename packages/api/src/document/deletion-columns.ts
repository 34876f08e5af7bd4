import type { DocumentRow } from "@mdreader/db";

import type { Ports } from "../ports.ts";

/** The columns of a document, folder or file that say when and by whom it was moved to the trash, and with which item. */
export type DeletionColumns = Pick<DocumentRow, "deletedAt" | "deletedBy" | "deletedWith">;

/** The columns of an item that is not in the trash. */
export const restoredColumns: DeletionColumns = { deletedAt: null, deletedBy: null, deletedWith: null };

/** Returns the time before which items in the trash were deleted that are to be purged now. */
export const computePurgeCutoff = ({ clock, settings }: Pick<Ports, "clock" | "settings">): string =>
  new Date(clock.now().getTime() - settings.trashRetentionSeconds * 1000).toISOString();

/** Creates the columns of an item that is moved to the trash now. */
export const createDeletion = (
  { clock }: Pick<Ports, "clock">,
  deletedBy: string,
  deletedWith: string,
): DeletionColumns => ({ deletedAt: clock.now().toISOString(), deletedBy, deletedWith });
