import { z } from "zod";

import { person } from "./auth.ts";
import { pageFields, createPageSchema } from "./pagination.ts";
import { id, timestamp } from "./text.ts";

/** Yjs' client ids and clocks. */
const clientId = z
  .int()
  .min(0)
  .max(2 ** 53 - 1);
const clock = z
  .int()
  .min(0)
  .max(2 ** 31);

/**
 * A place in a document that stays with its neighbours while people edit: a Yjs relative position in its JSON form.
 * `item` is the character it holds to; without it, the beginning or end of the text.
 */
export const relativePosition = z.strictObject({
  type: z.null().optional(),
  tname: z.literal("content").nullish(),
  item: z.strictObject({ client: clientId, clock }).nullish(),
  assoc: z.int().min(-1).max(0).optional(),
});

/** A cursor (both ends alike) or a selection. Null where the person has none. */
export const cursorPosition = z.strictObject({ anchor: relativePosition, head: relativePosition }).nullable();
export type CursorPosition = z.infer<typeof cursorPosition>;

export const presenceStatus = z.enum(["viewing", "typing", "idle"]);
export type PresenceStatus = z.infer<typeof presenceStatus>;

/**
 * One window of one person in a document. Several windows of one person have the same `user` and their own `clientId`,
 * which each window chooses; who the person is, is stamped by the server.
 */
export const presenceMember = z.object({
  clientId,
  user: person,
  status: presenceStatus,
  cursor: cursorPosition,
});
export type PresenceMember = z.infer<typeof presenceMember>;

/** Names a window among those in a document. */
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
  .refine(({ status, cursor }) => status !== undefined || cursor !== undefined, "give status or cursor");
export type PresenceUpdateInput = z.infer<typeof presenceUpdateInput>;

/** `joined` is false when the window has no open stream: nobody saw the change, and the stream is to be opened first. */
export const presenceUpdated = z.object({ joined: z.boolean() });

/**
 * What a room tells: first everyone who is there, then, some thirty times a second at most, one frame of all that has
 * changed since the last. In a frame, whoever joined is whole in `joined`; the other lists speak of those known.
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

/** Who is in a document now; several windows of one person are one entry. */
export const presenceListInput = z.strictObject({ documentId: id });
export const presenceList = z.object({
  people: z.array(z.object({ user: person, status: presenceStatus, connectionCount: z.int() })),
});
export type PresenceList = z.infer<typeof presenceList>;

/** Who is where in a workspace: the whole of it, again whenever it changes, at most about once a second. */
export const workspacePresenceInput = z.strictObject({ workspaceId: id });
export const workspacePresence = z.object({
  people: z.array(z.object({ user: person, documents: z.array(z.object({ id, status: presenceStatus })) })),
});
export type WorkspacePresence = z.infer<typeof workspacePresence>;

/** A connection of the caller's own, open or past. */
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
