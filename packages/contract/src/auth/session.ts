import { z } from "zod";

import { pageFields, createPageSchema } from "../pagination.ts";
import { id, timestamp } from "../text.ts";

export const session = z.object({
  id: id.describe("Identifies the session, for ending it."),
  userAgent: z.string().nullable().describe("The `User-Agent` of the sign-in. Null if there was none."),
  ipAddress: z
    .string()
    .nullable()
    .describe("The client's IP address at the last refresh. Null if it is unknown."),
  createdAt: timestamp.describe("When the user signed in."),
  lastUsedAt: timestamp.describe("When the session was last refreshed."),
  expiresAt: timestamp.describe("When the session ends if it isn't refreshed."),
  current: z.boolean().describe("Whether this call uses the session."),
});
export type Session = z.infer<typeof session>;
export const sessionListInput = z.strictObject(pageFields).prefault({});
export const sessionList = createPageSchema(session);
export const sessionRevokeInput = z.strictObject({
  id: id.describe("The session to end. It must be one of the caller's."),
});
