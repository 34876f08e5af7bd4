import { z } from "zod";

import { createPageSchema, pageFields } from "../pagination.ts";
import { id, timestamp } from "../text.ts";
import { person } from "./auth.ts";

/** The kinds of things that an account leaves behind, or takes with it, when its owner leaves. */
export const holdingKinds = ["ownership", "apiKey", "workspaceKey", "share", "invitation"] as const;

export const holding = z.object({
  kind: z
    .enum(holdingKinds)
    .describe(
      "`ownership` is a workspace that has no other active owner, `apiKey` an active API key of the account, " +
        "`workspaceKey` a workspace API key that the person created and may still have, `share` a public link, and " +
        "`invitation` a pending invitation.",
    ),
  id: id.describe("Identifies the key, public link or invitation, or the workspace of an ownership."),
  name: z
    .string()
    .nullable()
    .describe(
      "The key's name, the last characters of the public link, or the invited address. Null for an ownership, and for an " +
        "invitation by link.",
    ),
  workspace: z
    .object({
      id: id.describe("Identifies the workspace."),
      name: z.string().describe("The workspace's name, as its members see it."),
    })
    .nullable()
    .describe("The workspace it belongs to. Null for a key that isn't limited to one."),
  candidates: z
    .array(person)
    .describe(
      "Up to 20 active members who can become the owner, those with the strongest roles first. Empty for other kinds.",
    ),
  expiresAt: timestamp.nullable().describe("When it expires. Null if it never does."),
  createdAt: timestamp.describe("When it was created."),
});
export type Holding = z.infer<typeof holding>;
export const holdingList = createPageSchema(holding);

export const holdingListInput = z.strictObject(pageFields).prefault({});
export type HoldingListInput = z.infer<typeof holdingListInput>;
export const holdingsOfUserInput = z.strictObject({
  id: id.describe("The user whose keys, public links, ownerships and invitations are listed."),
  ...pageFields,
});

const handOverFields = {
  owners: z
    .array(
      z.strictObject({
        workspaceId: id.describe("A workspace without another active owner."),
        userId: id.describe("An active member of the workspace, who becomes its owner."),
      }),
    )
    .max(100)
    .default([])
    .describe("The new owners, one for each workspace. The person who leaves becomes an admin there."),
  shares: z
    .enum(["keep", "revoke", "handOver"])
    .default("keep")
    .describe(
      "`handOver` gives the public links in each workspace to its new owner or, without one, to its first active " +
        "owner; `revoke` revokes all of them.",
    ),
  revokeKeys: z
    .boolean()
    .default(false)
    .describe("Whether all API keys of the account are revoked. Workspace API keys stay."),
  revokeWorkspaceKeys: z
    .boolean()
    .default(false)
    .describe(
      "Whether all workspace API keys that the person created are revoked, with their pending invitations. Programs that use them " +
        "need new ones.",
    ),
  revokeInvitations: z
    .boolean()
    .default(false)
    .describe("Whether all pending invitations that the person created are revoked."),
};
export const handOverInput = z.strictObject(handOverFields);
export type HandOverInput = z.infer<typeof handOverInput>;
export const handOverOfUserInput = z.strictObject({
  id: id.describe("The suspended user whose holdings are handed over."),
  ...handOverFields,
});

/** The numbers of items that were handed over or revoked. */
export const handedOver = z.object({
  ownerships: z.int().describe("The number of workspaces with a new owner."),
  shares: z.int().describe("The number of public links that were handed over or revoked."),
  keys: z.int().describe("The number of API keys that were revoked."),
  invitations: z.int().describe("The number of invitations that were revoked."),
});
export type HandedOver = z.infer<typeof handedOver>;
