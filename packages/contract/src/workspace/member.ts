import { z } from "zod";

import { person } from "../auth/auth.ts";
import { pageFields, createPageSchema } from "../pagination.ts";
import { id, timestamp } from "../text.ts";
import { role } from "./workspace.ts";

export const member = z.object({ user: person, email: z.string(), role, joinedAt: timestamp });
export type Member = z.infer<typeof member>;
export const memberListInput = z.strictObject({ workspaceId: id, ...pageFields });
export const memberList = createPageSchema(member);
export const memberUpdateRoleInput = z.strictObject({ workspaceId: id, userId: id, role });
export const memberRemoveInput = z.strictObject({ workspaceId: id, userId: id });
