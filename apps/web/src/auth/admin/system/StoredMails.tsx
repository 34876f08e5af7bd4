import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";

import { trpc } from "../../../lib/client.ts";
import { Button } from "../../../ui/Button.tsx";
import { CopyField } from "../../../ui/CopyField.tsx";
import { Cancel, Dialog, DialogActions } from "../../../ui/Dialog.tsx";
import { ErrorNote } from "../../../ui/ErrorNote.tsx";
import { LoadMore } from "../../../ui/LoadMore.tsx";
import { Row, Rows, Section } from "../../../ui/Page.tsx";
import { Time } from "../../../ui/Time.tsx";
import { toMailKindLabel } from "./mail-kind-labels.ts";

/** Emails that wait because no mail server is set: who they are for, but not what they say. */
export function StoredMails() {
  const list = useInfiniteQuery(trpc.auth.admin.system.listStoredMails.infiniteQueryOptions({}, pagedQuery));
  const open = useMutation(trpc.auth.admin.system.openStoredMail.mutationOptions());
  const mails = list.data?.pages.flatMap(({ items }) => items) ?? [];
  if (mails.length === 0) return <ErrorNote error={list.error} retry={list.refetch} />;
  return (
    <Section
      title="Waiting emails"
      lead="No mail server is set. Opening a link is recorded in the audit log: its holder can do what the recipient could."
    >
      <ErrorNote error={open.error} />
      <Rows label="Waiting emails">
        {mails.map(({ id, to, kind, at, hasLink }) => (
          <Row key={id}>
            <div className="min-w-0 flex-1">
              <p className="font-medium wrap-break-word">{to}</p>
              <p className="text-sm text-faint">
                {toMailKindLabel(kind)}; <Time at={at} />
              </p>
            </div>
            {hasLink && (
              <Button
                onClick={() => open.mutate({ id })}
                disabled={open.isPending}
                aria-label={`Open link for ${to}`}
              >
                Open link
              </Button>
            )}
          </Row>
        ))}
      </Rows>
      <LoadMore list={list} />
      {open.data !== undefined && (
        <Dialog
          open
          onOpenChange={() => open.reset()}
          title={`Send this link to ${open.data.to}`}
          description="It is only for this person. The audit log records that you opened it."
        >
          <CopyField label="Link" value={open.data.url} />
          <DialogActions>
            <Cancel>Done</Cancel>
          </DialogActions>
        </Dialog>
      )}
    </Section>
  );
}
