import { z } from "zod";

import { createPageSchema, pageFields } from "../pagination.ts";
import { id } from "../text.ts";

/** A document in a personal list. */
export const documentShortcut = z.object({ id, title: z.string(), folderId: id.nullable() });
export type DocumentShortcut = z.infer<typeof documentShortcut>;

/** The caller's favorite documents in a workspace, in the order they were added. Only the caller sees them. */
export const favoriteListInput = z.strictObject({ workspaceId: id, ...pageFields });
export const favoriteList = createPageSchema(documentShortcut);
/** Adding a favorite again changes nothing, and so does removing another document. */
export const favoriteInput = z.strictObject({ documentId: id });
