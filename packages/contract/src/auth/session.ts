import { z } from "zod";

import { pageFields, createPageSchema } from "../pagination.ts";
import { id, timestamp } from "../text.ts";

export const session = z.object({
  id,
  userAgent: z.string().nullable(),
  ipAddress: z.string().nullable(),
  createdAt: timestamp,
  lastUsedAt: timestamp,
  expiresAt: timestamp,
  current: z.boolean(),
});
export type Session = z.infer<typeof session>;
export const sessionListInput = z.strictObject(pageFields).prefault({});
export const sessionList = createPageSchema(session);
export const sessionRevokeInput = z.strictObject({ id });
