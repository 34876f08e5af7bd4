import { z } from "zod";

import { email, person } from "../auth/auth.ts";
import { pageFields, createPageSchema } from "../pagination.ts";
import { id, timestamp } from "../text.ts";
import { role } from "./workspace.ts";

/** Ways in which a member meets a workspace's requirement of a second factor, or doesn't. */
export const memberSecondFactors = ["enabled", "provider", "none"] as const;
export type MemberSecondFactor = (typeof memberSecondFactors)[number];

export const member = z.object({
  user: person.describe("The member as others see them."),
  email: z.string().describe("The email address with which the member signs in."),
  role: role.describe("The member's role in the workspace. Each role includes the weaker ones."),
  secondFactor: z
    .enum(memberSecondFactors)
    .nullable()
    .describe(
      "Whether the member meets a requirement of a second factor: `enabled` if their account has one; `provider` if it has " +
        "none, but an identity provider can sign them in, which counts as well; `none` otherwise. Null for callers who can't " +
        "manage members.",
    ),
  joinedAt: timestamp.describe("When the member joined the workspace."),
});
export type Member = z.infer<typeof member>;
export const memberListInput = z.strictObject({
  workspaceId: id.describe("The workspace whose members are listed."),
  ...pageFields,
});
export const memberList = createPageSchema(member);
export const memberAddInput = z.strictObject({
  workspaceId: id.describe("The workspace to add the person to."),
  email: email.describe("The address of the person's account, or of someone who has none yet."),
  role: role
    .refine((given) => given !== "owner", { message: "must not be owner: only a member can become one" })
    .describe(
      "The person's role, at most admin. Owners may give any of those, and admins those below their own. To make someone an " +
        "owner, change the role of the member.",
    ),
});
export type MemberAddInput = z.infer<typeof memberAddInput>;
export const memberUpdateRoleInput = z.strictObject({
  workspaceId: id.describe("The workspace in which the role changes."),
  userId: id.describe("The member whose role changes."),
  role: role.describe("The new role. Owners may give any role, and admins those below their own."),
});
export const memberRemoveInput = z.strictObject({
  workspaceId: id.describe("The workspace to remove the member from."),
  userId: id.describe("The member to remove. Callers may remove themselves."),
});
