import { z } from "zod";

import { person } from "./auth/auth.ts";
import { pageFields, createPageSchema } from "./pagination.ts";
import { id, timestamp } from "./text.ts";

/** Yjs client IDs and clocks. */
const clientId = z
  .int()
  .min(0)
  .max(2 ** 53 - 1);
const clock = z
  .int()
  .min(0)
  .max(2 ** 31);

/**
 * A position in a document that moves with its neighbors during editing: a Yjs relative position in its JSON form.
 * `item` is the character that it is attached to. Without it, the position is the beginning or end of the text.
 */
export const relativePosition = z.strictObject({
  type: z.null().optional(),
  tname: z.literal("content").nullish(),
  item: z.strictObject({ client: clientId, clock }).nullish(),
  assoc: z.int().min(-1).max(0).optional(),
});

/** A cursor (both ends equal) or a selection. Null if the person has none. */
export const cursorPosition = z.strictObject({ anchor: relativePosition, head: relativePosition }).nullable();
export type CursorPosition = z.infer<typeof cursorPosition>;

export const presenceStatus = z.enum(["viewing", "typing", "idle"]);
export type PresenceStatus = z.infer<typeof presenceStatus>;

/**
 * One window of one person in a document. Several windows of one person have the same `user`, and each chooses its own
 * `clientId`. The server sets `user`.
 */
export const presenceMember = z.object({
  clientId,
  user: person,
  status: presenceStatus,
  cursor: cursorPosition,
});
export type PresenceMember = z.infer<typeof presenceMember>;

/** Identifies a window in a document. */
export const memberKey = z.object({ userId: id, clientId });
export type MemberKey = z.infer<typeof memberKey>;

export const presenceStreamInput = z.strictObject({ documentId: id, clientId });
export const presenceUpdateInput = z
  .strictObject({
    documentId: id,
    clientId,
    status: presenceStatus.optional(),
    cursor: cursorPosition.optional(),
  })
  .refine(({ status, cursor }) => status !== undefined || cursor !== undefined, "specify status or cursor");
export type PresenceUpdateInput = z.infer<typeof presenceUpdateInput>;

/**
 * `joined` is false if the window has no open stream. Nobody saw the change, and the stream must be opened first. With
 * several servers, it is true if another server may have the stream.
 */
export const presenceUpdated = z.object({ joined: z.boolean() });

/**
 * Events of a room: first everyone who is there, then at most about 30 frames per second with all changes since the
 * last one. New windows are complete in `joined`; the other lists refer to known ones.
 */
export const presenceEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("snapshot"), members: z.array(presenceMember) }),
  z.object({
    type: z.literal("frame"),
    joined: z.array(presenceMember),
    left: z.array(memberKey),
    moved: z.array(memberKey.extend({ cursor: cursorPosition })),
    status: z.array(memberKey.extend({ status: presenceStatus })),
  }),
]);
export type PresenceEvent = z.infer<typeof presenceEvent>;
export type PresenceFrame = Extract<PresenceEvent, { type: "frame" }>;

/** Lists who is in a document now. Several windows of one person are one entry. */
export const presenceListInput = z.strictObject({ documentId: id });
export const presenceList = z.object({
  people: z.array(z.object({ user: person, status: presenceStatus, connectionCount: z.int() })),
});
export type PresenceList = z.infer<typeof presenceList>;

/** Who is where in a workspace: the full state, sent again after each change, at most about once a second. */
export const workspacePresenceInput = z.strictObject({ workspaceId: id });
export const workspacePresence = z.object({
  people: z.array(z.object({ user: person, documents: z.array(z.object({ id, status: presenceStatus })) })),
});
export type WorkspacePresence = z.infer<typeof workspacePresence>;

/** A connection of the caller, open or past. */
export const connection = z.object({
  id,
  userAgent: z.string().nullable(),
  ipAddress: z.string().nullable(),
  connectedAt: timestamp,
  lastSeenAt: timestamp,
  disconnectedAt: timestamp.nullable(),
});
export type Connection = z.infer<typeof connection>;
export const connectionListInput = z.strictObject(pageFields).prefault({});
export const connectionList = createPageSchema(connection);
