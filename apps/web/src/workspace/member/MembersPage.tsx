import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { UserPlus } from "lucide-react";
import { useState } from "react";

import { trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { LoadingRows } from "../../ui/Loading.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Page, Rows } from "../../ui/Page.tsx";
import { Invitations } from "../invitation/Invitations.tsx";
import { Invite } from "../invitation/Invite.tsx";
import { useWorkspace } from "../useWorkspace.ts";
import { MemberRow } from "./MemberRow.tsx";

/** Members of a workspace, their roles, and pending invitations. */
export function MembersPage() {
  const { workspaceId } = useParams({ from: "/member/w/$workspaceId/members" });
  const { workspace, role, may } = useWorkspace(workspaceId);
  const me = useQuery(trpc.auth.me.queryOptions());
  const list = useInfiniteQuery(trpc.workspace.member.list.infiniteQueryOptions({ workspaceId }, pagedQuery));
  const [inviting, setInviting] = useState(false);
  const members = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Page
      title="Members"
      lead="People in this workspace and their roles."
      actions={
        may("invitation.create") && (
          <Button kind="primary" onClick={() => setInviting(true)}>
            <UserPlus className="size-4" />
            Invite
          </Button>
        )
      }
    >
      <div className="grid gap-3">
        {list.isPending && <LoadingRows />}
        <ErrorNote error={list.error} retry={list.refetch} />
        {members.length > 0 && role !== null && (
          <Rows label="Members">
            {members.map((member) => (
              <MemberRow
                key={member.user.id}
                workspaceId={workspaceId}
                member={member}
                isFactorRequired={workspace?.secondFactorRequired ?? false}
                own={role}
                isMe={member.user.id === me.data?.id}
              />
            ))}
          </Rows>
        )}
        <LoadMore list={list} />
      </div>
      {may("invitation.list") && <Invitations workspaceId={workspaceId} />}
      {role !== null && (
        <Invite workspaceId={workspaceId} own={role} open={inviting} onOpenChange={setInviting} />
      )}
    </Page>
  );
}
