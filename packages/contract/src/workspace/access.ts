import { z } from "zod";

import { person } from "../auth/auth.ts";
import { scopes, workspaceActions } from "../policy.ts";
import { id, timestamp } from "../text.ts";
import { role } from "./workspace.ts";

const workspaceAction = z.enum(workspaceActions);

/** The common field of most kinds of reasons. */
const permits = z.boolean().describe("Whether this reason permits the action. `false` prevents it.");
const prevents = z.literal(false).describe("Always `false`: this reason prevents the action.");

/** A fact that permits an action or prevents it. Later versions may add kinds. */
export const accessReason = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("membership").describe("Whether the person is a member of the workspace."),
    permits,
  }),
  z.object({
    kind: z.literal("role").describe("Whether the person's role includes the action."),
    permits,
    role: role.describe("The role that the person has."),
    required: role.describe("The lowest role that includes the action."),
  }),
  z.object({
    kind: z.literal("suspension").describe("The person's account is suspended."),
    permits: prevents,
  }),
  z.object({
    kind: z
      .literal("secondFactor")
      .describe("The workspace requires a second factor, which the person's account lacks."),
    permits: prevents,
  }),
  z.object({
    kind: z.literal("scope").describe("Whether the API key of this call has the required scope."),
    permits,
    scopes: z.array(z.enum(scopes)).describe("The scopes that the key was created with."),
    required: z
      .enum([...scopes, "session"])
      .describe("The scope that the action requires. `session` means that no key can perform it."),
  }),
  z.object({
    kind: z.literal("quota").describe("The workspace's files fill its quota."),
    permits: prevents,
    usedBytes: z.int().describe("The number of bytes that the files take up."),
    quotaBytes: z.int().describe("The maximum, which the administrators of the server set."),
  }),
  z.object({
    kind: z.literal("share").describe("A public link lets anyone read the document, even non-members."),
    permits: z.literal(true).describe("Always `true`: with the link, the document can be read."),
    expiresAt: timestamp.nullable().describe("When the link expires; `null` if it never does."),
  }),
]);
export type AccessReason = z.infer<typeof accessReason>;

export const accessExplainInput = z.strictObject({
  workspaceId: id.describe("The workspace whose access rules apply."),
  userId: id.optional().describe("The person whose access to explain. Only admins may ask about others."),
  documentId: id.optional().describe("Adds the reasons that concern this document."),
  actions: z
    .array(workspaceAction)
    .min(1)
    .max(workspaceActions.length)
    .optional()
    .describe("The actions to explain. By default, all actions in workspaces are explained."),
});
export type AccessExplainInput = z.infer<typeof accessExplainInput>;

export const accessDecision = z.object({
  action: workspaceAction.describe("The action, such as `document.update`."),
  isAllowed: z.boolean().describe("Whether the person may perform the action as a member."),
  reasons: z
    .array(accessReason)
    .describe("The reasons that permit or prevent the action. Later versions may add kinds of reasons."),
});
export type AccessDecision = z.infer<typeof accessDecision>;

export const accessExplanation = z.object({
  user: person.nullable().describe("The person; `null` for someone who isn't a member."),
  role: role.nullable().describe("The person's role; `null` for someone who isn't a member."),
  decisions: z.array(accessDecision).describe("One decision for each action."),
});
export type AccessExplanation = z.infer<typeof accessExplanation>;
