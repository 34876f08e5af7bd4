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
  type: z.null().optional().describe("Part of Yjs's form of positions. Always null here."),
  tname: z
    .literal("content")
    .nullish()
    .describe("The text that a position without `item` belongs to. A document has one text."),
  item: z
    .strictObject({
      client: clientId.describe("The Yjs client ID of the window that wrote the character."),
      clock: clock.describe("The number of the character among those of its client, from 0."),
    })
    .nullish()
    .describe(
      "The character that the position is attached to. Without it, the beginning or end of the text.",
    ),
  assoc: z
    .int()
    .min(-1)
    .max(0)
    .optional()
    .describe("With a negative value, the position is after the character; otherwise, before it."),
});

/** A cursor (both ends equal) or a selection. Null if the person has none. */
export const cursorPosition = z
  .strictObject({
    anchor: relativePosition.describe("Where the selection started."),
    head: relativePosition.describe(
      "Where the selection ends and the caret is. Equal to `anchor` for a cursor.",
    ),
  })
  .nullable();

export const presenceStatus = z.enum(["viewing", "typing", "idle"]);
export type PresenceStatus = z.infer<typeof presenceStatus>;

/**
 * One window of one person in a document. Several windows of one person have the same `user`, and each chooses its own
 * `clientId`. The server sets `user`.
 */
export const presenceMember = z.object({
  clientId: clientId.describe("Distinguishes the windows of one person."),
  user: person.describe("The person, as the server knows them."),
  status: presenceStatus.describe("The person's status in this window."),
  cursor: cursorPosition.describe("The cursor or selection of this window. Null if it has none."),
});
export type PresenceMember = z.infer<typeof presenceMember>;

/** Identifies a window in a document. */
export const memberKey = z.object({
  userId: id.describe("The person whose window it is."),
  clientId: clientId.describe("Distinguishes the windows of one person."),
});
export type MemberKey = z.infer<typeof memberKey>;

export const presenceStreamInput = z.strictObject({
  documentId: id.describe("The document whose room is entered."),
  clientId: clientId.describe(
    "A number that this window chooses, different from the caller's other windows.",
  ),
});
export const presenceUpdateInput = z
  .strictObject({
    documentId: id.describe("The document whose room the window is in."),
    clientId: clientId.describe("The window, by the number with which it opened the stream."),
    status: presenceStatus
      .optional()
      .describe("The person's new status. If omitted, the status doesn't change."),
    cursor: cursorPosition
      .optional()
      .describe("The new cursor or selection; null hides it. If omitted, the cursor doesn't change."),
  })
  .refine(({ status, cursor }) => status !== undefined || cursor !== undefined, "specify status or cursor");
export type PresenceUpdateInput = z.infer<typeof presenceUpdateInput>;

export const presenceUpdated = z.object({
  joined: z
    .boolean()
    .describe(
      "False if the window has no open stream, so that nobody saw the change. True if it has one, on this or perhaps " +
        "another server.",
    ),
});

/**
 * Events of a room: first everyone who is there, then at most about 30 frames per second with all changes since the
 * last one. New windows are complete in `joined`; the other lists refer to known ones.
 */
export const presenceEvent = z.discriminatedUnion("type", [
  z
    .object({
      type: z.literal("snapshot").describe("All windows in the room. Always the first event."),
      members: z.array(presenceMember).describe("All windows in the room, including the caller's own."),
    })
    .describe("The state of the room when the stream begins. It replaces all earlier state."),
  z
    .object({
      type: z.literal("frame").describe("All changes since the previous event."),
      joined: z.array(presenceMember).describe("Windows that entered, in full."),
      left: z.array(memberKey).describe("Windows that left, or whose people lost access."),
      moved: z
        .array(
          memberKey.extend({
            cursor: cursorPosition.describe("The new cursor or selection. Null if it is hidden."),
          }),
        )
        .describe("Windows whose cursor moved."),
      status: z
        .array(memberKey.extend({ status: presenceStatus.describe("The person's new status.") }))
        .describe("Windows whose status changed."),
    })
    .describe("Changes in the room, at most about 30 times a second."),
]);
export type PresenceEvent = z.infer<typeof presenceEvent>;
export type PresenceFrame = Extract<PresenceEvent, { type: "frame" }>;

/** Lists who is in a document now. Several windows of one person are one entry. */
export const presenceListInput = z.strictObject({
  documentId: id.describe("The document whose visitors are listed."),
});
export const presenceList = z.object({
  people: z
    .array(
      z.object({
        user: person.describe("Someone who has the document open."),
        status: presenceStatus.describe("Their status in their most active window."),
        connectionCount: z.int().describe("The number of windows in which they have it open."),
      }),
    )
    .describe("Everyone who has the document open, each once. At most 500."),
});
export type PresenceList = z.infer<typeof presenceList>;

/** The presence in a workspace: the full state, sent again after each change, at most about once a second. */
export const workspacePresenceInput = z.strictObject({
  workspaceId: id.describe("The workspace to follow."),
});
export const workspacePresence = z.object({
  people: z
    .array(
      z.object({
        user: person.describe("A member who has documents open."),
        documents: z
          .array(
            z.object({
              id: id.describe("A document that the member has open."),
              status: presenceStatus.describe("The member's status there."),
            }),
          )
          .describe("The documents that the member has open."),
      }),
    )
    .describe("Everyone who is in a document of the workspace. It replaces the previous list."),
});
export type WorkspacePresence = z.infer<typeof workspacePresence>;

/** A connection of the caller, open or past. */
export const connection = z.object({
  id: id.describe("Identifies the connection in this list."),
  userAgent: z.string().nullable().describe("The client's `User-Agent`. Null if it sent none."),
  ipAddress: z.string().nullable().describe("The client's IP address. Null if it is unknown."),
  connectedAt: timestamp.describe("When the client connected."),
  lastSeenAt: timestamp.describe("When the server last noticed the client."),
  disconnectedAt: timestamp.nullable().describe("When the connection ended. Null while it is open."),
});
export type Connection = z.infer<typeof connection>;
export const connectionListInput = z.strictObject(pageFields).prefault({});
export const connectionList = createPageSchema(connection);
