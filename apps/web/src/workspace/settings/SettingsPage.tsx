import { useParams } from "@tanstack/react-router";

import { LoadingRows } from "../../ui/Loading.tsx";
import { Page, Section } from "../../ui/Page.tsx";
import { WorkspaceApiKeys } from "../api-key/WorkspaceApiKeys.tsx";
import { useWorkspace } from "../useWorkspace.ts";
import { DeleteWorkspace } from "./DeleteWorkspace.tsx";
import { GeneralForm } from "./GeneralForm.tsx";
import { Leave } from "./Leave.tsx";
import { RequireSecondFactor } from "./RequireSecondFactor.tsx";
import { Transfer } from "./TransferOwnership.tsx";

/** Workspace settings, including leaving, transferring and deleting it. */
export function SettingsPage() {
  const { workspaceId } = useParams({ from: "/member/w/$workspaceId/settings" });
  const { workspace, may } = useWorkspace(workspaceId);
  return (
    <Page title="Settings">
      {workspace === undefined ? (
        <LoadingRows />
      ) : (
        <>
          <Section
            title="General"
            lead={may("workspace.update") ? undefined : "Only admins can change these settings."}
          >
            <GeneralForm workspace={workspace} mayEdit={may("workspace.update")} />
          </Section>
          {may("workspace.requireSecondFactor") && (
            <Section title="Security">
              <RequireSecondFactor workspace={workspace} />
            </Section>
          )}
          {may("apiKey.list") && <WorkspaceApiKeys workspace={workspace} />}
          <Section title="Leave workspace" lead="You'll need a new invitation to rejoin.">
            <Leave workspace={workspace} />
          </Section>
          {may("workspace.transfer") && (
            <Section
              title="Transfer ownership"
              lead="Someone else becomes the owner, and you become an admin."
            >
              <Transfer workspace={workspace} />
            </Section>
          )}
          {may("workspace.delete") && (
            <Section
              title="Delete workspace"
              lead="You can restore it from your list of workspaces for a while. After that, everything in it is permanently deleted."
            >
              <DeleteWorkspace workspace={workspace} />
            </Section>
          )}
        </>
      )}
    </Page>
  );
}
