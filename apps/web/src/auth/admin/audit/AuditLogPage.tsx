import { everyPage, type RouterInputs } from "@mdreader/client";
import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { useState } from "react";

import { client, trpc } from "../../../lib/client.ts";
import { Button } from "../../../ui/Button.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { ErrorNote } from "../../../ui/ErrorNote.tsx";
import { Select } from "../../../ui/Field.tsx";
import { LoadingRows } from "../../../ui/Loading.tsx";
import { LoadMore } from "../../../ui/LoadMore.tsx";
import { Page, Row, Rows } from "../../../ui/Page.tsx";
import { Time } from "../../../ui/Time.tsx";
import { showErrorToast } from "../../../ui/toast.ts";
import { auditActionLabels, toActionLabel } from "./action-labels.ts";
import { formatDetails } from "./format-details.ts";

type Filter = Pick<Exclude<RouterInputs["auth"]["admin"]["audit"]["list"], void | undefined>, "action">;

/** The page with everything that people did on this server. */
export function AuditLogPage() {
  const [filter, setFilter] = useState<Filter>({});
  const list = useInfiniteQuery(trpc.auth.admin.audit.list.infiniteQueryOptions(filter, pagedQuery));
  const download = useMutation({ mutationFn: () => downloadEntries(filter), onError: showErrorToast });
  const entries = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Page
      title="Audit log"
      lead="Sign-ins, access changes and administration. Entries can't be edited."
      actions={
        <Button disabled={download.isPending} onClick={() => download.mutate()}>
          {download.isPending ? "Exporting…" : "Export"}
        </Button>
      }
    >
      <div className="grid gap-3">
        <Select
          label="Show"
          name="action"
          onChange={(event) => {
            const action = event.currentTarget.value as NonNullable<Filter["action"]> | ""; // an option below
            setFilter(action === "" ? {} : { action });
          }}
        >
          <option value="">Everything</option>
          {Object.entries(auditActionLabels).map(([action, label]) => (
            <option key={action} value={action}>
              {label.charAt(0).toUpperCase() + label.slice(1)}
            </option>
          ))}
        </Select>
        {list.isPending && <LoadingRows />}
        <ErrorNote error={list.error} retry={list.refetch} />
        {list.isSuccess && entries.length === 0 && <EmptyState icon={<ScrollText />} title="No entries" />}
        {entries.length > 0 && (
          <Rows label="Entries">
            {entries.map(({ id, action, actorName, targetName, ipAddress, details, at }) => (
              <Row key={id}>
                <div className="min-w-0 flex-1">
                  <p>
                    <b className="font-medium">{actorName ?? "Someone"}</b> {toActionLabel(action)}
                    {targetName !== null && <span className="text-faint">: {targetName}</span>}
                  </p>
                  <p className="text-sm text-faint">
                    <Time at={at} />
                    {ipAddress !== null && ` from ${ipAddress}`}
                    {details !== null && Object.keys(details).length > 0 && `; ${formatDetails(details)}`}
                  </p>
                </div>
              </Row>
            ))}
          </Rows>
        )}
        <LoadMore list={list} />
      </div>
    </Page>
  );
}

/** Saves all entries of a filter as a file of JSON lines. */
async function downloadEntries(filter: Filter): Promise<void> {
  const parts: string[] = [];
  const pages = everyPage((cursor) => client.auth.admin.audit.export.mutate({ ...filter, cursor }));
  for await (const { lines } of pages) parts.push(lines);
  const url = URL.createObjectURL(new Blob(parts, { type: "application/jsonl" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "audit.jsonl";
  link.click();
  URL.revokeObjectURL(url);
}
