import type { AppRouter } from "@mdreader/api";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";

export type { AppRouter };

/** The input of each procedure: `RouterInputs["document"]["create"]`. */
export type RouterInputs = inferRouterInputs<AppRouter>;

/** The output of each procedure: `RouterOutputs["document"]["get"]`. */
export type RouterOutputs = inferRouterOutputs<AppRouter>;

/**
 * Named types of outputs and stream events. All dates are strings in ISO 8601, in UTC: `2026-11-29T18:00:00.000Z`. They
 * are inferred from the procedures instead of the contract's zod schemas, so that programs that use this package need
 * neither zod nor its types.
 */

export type Tokens = RouterOutputs["auth"]["refresh"];
export type User = RouterOutputs["auth"]["me"];
export type Workspace = RouterOutputs["workspace"]["update"];
export type WorkspaceMember = RouterOutputs["workspace"]["member"]["list"]["items"][number];
export type WorkspaceEvent = Streamed<RouterOutputs["workspace"]["events"]>["data"];
/** A document with its text. */
export type DocumentWithContent = RouterOutputs["document"]["get"];
export type DocumentSummary = RouterOutputs["document"]["list"]["items"][number];
export type CommentThread = RouterOutputs["document"]["comment"]["list"]["items"][number];
export type DocumentVersion = RouterOutputs["document"]["version"]["list"]["items"][number];
export type SearchHit = RouterOutputs["document"]["search"]["items"][number];

export type DocumentChange = Streamed<RouterOutputs["document"]["changes"]>["data"];
export type DocumentMeta = Pick<Extract<DocumentChange, { type: "meta" }>, "title" | "folderId" | "deleted">;

export type PresenceEvent = Streamed<RouterOutputs["presence"]["stream"]>;
export type PresenceFrame = Extract<PresenceEvent, { type: "frame" }>;
/** One window of one user in a document. */
export type PresenceMember = Extract<PresenceEvent, { type: "snapshot" }>["members"][number];
/** Identifies a window in a document. */
export type MemberKey = PresenceFrame["left"][number];
export type PresenceStatus = PresenceMember["status"];
export type CursorPosition = PresenceMember["cursor"];
export type Person = PresenceMember["user"];

type Streamed<Stream> = Stream extends AsyncIterable<infer Item> ? Item : never;
