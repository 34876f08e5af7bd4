import type { AppRouter } from "@mdreader/api";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";

export type { AppRouter };

/** What each procedure takes: `RouterInputs["document"]["create"]`. */
export type RouterInputs = inferRouterInputs<AppRouter>;

/** What each procedure answers: `RouterOutputs["document"]["get"]`. */
export type RouterOutputs = inferRouterOutputs<AppRouter>;

/**
 * What is answered and what streams bring, by names. They are taken from the procedures, as the contract's own are made
 * by zod: a program that uses this package needs neither zod nor its types.
 */

export type Tokens = RouterOutputs["auth"]["refresh"];

export type DocumentChange = Streamed<RouterOutputs["document"]["changes"]>["data"];
export type DocumentMeta = Pick<Extract<DocumentChange, { type: "meta" }>, "title" | "folderId" | "deleted">;

export type PresenceEvent = Streamed<RouterOutputs["presence"]["stream"]>;
export type PresenceFrame = Extract<PresenceEvent, { type: "frame" }>;
/** One window of one person in a document. */
export type PresenceMember = Extract<PresenceEvent, { type: "snapshot" }>["members"][number];
/** Names a window among those in a document. */
export type MemberKey = PresenceFrame["left"][number];
export type PresenceStatus = PresenceMember["status"];
export type CursorPosition = PresenceMember["cursor"];
export type Person = PresenceMember["user"];

type Streamed<Stream> = Stream extends AsyncIterable<infer Item> ? Item : never;
