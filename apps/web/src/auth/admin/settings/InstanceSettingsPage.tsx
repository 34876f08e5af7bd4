import { useQuery } from "@tanstack/react-query";

import { trpc } from "../../../lib/client.ts";
import { ErrorNote } from "../../../ui/ErrorNote.tsx";
import { LoadingRows } from "../../../ui/Loading.tsx";
import { Page } from "../../../ui/Page.tsx";
import { InstanceSettingsForm } from "./InstanceSettingsForm.tsx";

/** The settings of the instance. */
export function InstanceSettingsPage() {
  const settings = useQuery(trpc.auth.admin.settings.get.queryOptions());
  return (
    <Page title="Server settings" lead="These settings apply to everyone on this server.">
      {settings.isPending && <LoadingRows />}
      <ErrorNote error={settings.error} retry={settings.refetch} />
      {settings.data !== undefined && (
        <InstanceSettingsForm key={settings.dataUpdatedAt} settings={settings.data} />
      )}
    </Page>
  );
}
