import {
  emptyResult,
  member,
  memberAddInput,
  memberList,
  memberListInput,
  memberRemoveInput,
  memberUpdateRoleInput,
} from "@mdreader/contract";

import { router } from "../../trpc/init.ts";
import { workspaceProcedure, workspaceQuery } from "../../trpc/procedures.ts";
import { addMember } from "./add.ts";
import { listMembers } from "./list.ts";
import { removeMember } from "./remove.ts";
import { updateMemberRole } from "./update-role.ts";

export const memberRouter = router({
  list: workspaceQuery("member.list")
    .input(memberListInput)
    .output(memberList)
    .query(({ ctx, input }) => listMembers(ctx.check, input)),
  add: workspaceProcedure("member.add")
    .input(memberAddInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => addMember(ctx, ctx.access, input)),
  updateRole: workspaceProcedure("member.updateRole")
    .input(memberUpdateRoleInput)
    .output(member)
    .mutation(({ ctx, input }) => updateMemberRole(ctx, ctx.access, input)),
  remove: workspaceProcedure("member.remove")
    .input(memberRemoveInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => removeMember(ctx, ctx.access, input)),
});
