import { useParams } from "@tanstack/react-router";

import { Page, Section } from "../../ui/Page.tsx";
import { PendingRows } from "../../ui/Pending.tsx";
import { useWorkspace } from "../useWorkspace.ts";
import { DeleteWorkspace } from "./DeleteWorkspace.tsx";
import { GeneralForm } from "./GeneralForm.tsx";
import { Leave } from "./Leave.tsx";
import { Transfer } from "./Transfer.tsx";

/** What a workspace is called, and its end. */
export function SettingsPage() {
  const { workspaceId } = useParams({ from: "/member/w/$workspaceId/settings" });
  const { workspace, may } = useWorkspace(workspaceId);
  return (
    <Page title="Settings">
      {workspace === undefined ? (
        <PendingRows />
      ) : (
        <>
          <Section title="General">
            <GeneralForm key={workspace.updatedAt} workspace={workspace} mayEdit={may("workspace.update")} />
          </Section>
          <Section title="Leave" lead="You can come back by an invitation alone.">
            <Leave workspace={workspace} />
          </Section>
          {may("workspace.transfer") && (
            <Section title="Hand over" lead="Someone else becomes the owner, and you an admin.">
              <Transfer workspace={workspace} />
            </Section>
          )}
          {may("workspace.delete") && (
            <Section
              title="Delete the workspace"
              lead="It can be restored for a while, from the list of your workspaces. Then all that is in it is gone."
            >
              <DeleteWorkspace workspace={workspace} />
            </Section>
          )}
        </>
      )}
    </Page>
  );
}
