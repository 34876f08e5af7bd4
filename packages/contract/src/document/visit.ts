import { z } from "zod";

import { createPageSchema, pageFields } from "../pagination.ts";
import { id } from "../text.ts";
import { documentShortcut } from "./favorite.ts";

/** The documents of a workspace that the caller opened, most recently opened first. Only the caller sees them. */
export const visitListInput = z.strictObject({ workspaceId: id, ...pageFields });
export const visitList = createPageSchema(documentShortcut);
export const visitInput = z.strictObject({ documentId: id });
