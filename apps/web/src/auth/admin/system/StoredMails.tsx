import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { trpc } from "../../../lib/client.ts";
import { Button } from "../../../ui/Button.tsx";
import { CopyField } from "../../../ui/CopyField.tsx";
import { Cancel, Dialog, DialogActions } from "../../../ui/Dialog.tsx";
import { ErrorNote } from "../../../ui/ErrorNote.tsx";
import { Form } from "../../../ui/Form.tsx";
import { LoadMore } from "../../../ui/LoadMore.tsx";
import { Row, Rows, Section } from "../../../ui/Page.tsx";
import { Time } from "../../../ui/Time.tsx";
import { readStepUp, StepUpFields } from "../../second-factor/StepUpFields.tsx";
import { useHasSecondFactor } from "../../second-factor/useHasSecondFactor.ts";
import { toMailKindLabel } from "./mail-kind-labels.ts";

/** Emails that wait because no mail server is configured: who they are for, but not what they say. */
export function StoredMails() {
  const list = useInfiniteQuery(trpc.auth.admin.system.listStoredMails.infiniteQueryOptions({}, pagedQuery));
  const me = useQuery(trpc.auth.me.queryOptions());
  const hasSecondFactor = useHasSecondFactor();
  /** The email whose link the person wants to open. */
  const [asked, setAsked] = useState<{ id: string; to: string } | null>(null);
  const open = useMutation(
    trpc.auth.admin.system.openStoredMail.mutationOptions({ onSuccess: () => setAsked(null) }),
  );
  const mails = list.data?.pages.flatMap(({ items }) => items) ?? [];
  if (mails.length === 0) return <ErrorNote error={list.error} retry={list.refetch} />;
  return (
    <Section
      title="Unsent emails"
      lead="No mail server is configured. Anyone with a link can do what its recipient could, so the audit log records who opens one."
    >
      <Rows label="Unsent emails">
        {mails.map(({ id, to, kind, at, hasLink }) => (
          <Row key={id}>
            <div className="min-w-0 flex-1">
              <p className="font-medium wrap-break-word">{to}</p>
              <p className="text-sm text-faint">
                {toMailKindLabel(kind)}; <Time at={at} />
              </p>
            </div>
            {hasLink && (
              <Button onClick={() => setAsked({ id, to })} aria-label={`Open link for ${to}`}>
                Open link
              </Button>
            )}
          </Row>
        ))}
      </Rows>
      <LoadMore list={list} />
      {asked !== null && (
        <Dialog
          open
          onOpenChange={() => {
            setAsked(null);
            open.reset();
          }}
          title={`Open the link for ${asked.to}?`}
          description="Anyone with this link can do what the recipient could."
        >
          <Form onSend={(form) => open.mutate({ id: asked.id, ...readStepUp(form) })}>
            <StepUpFields
              hasPassword={me.data?.hasPassword ?? true}
              hasSecondFactor={hasSecondFactor}
              error={open.error}
            />
            <DialogActions>
              <Cancel />
              <Button kind="primary" type="submit" disabled={open.isPending}>
                Open link
              </Button>
            </DialogActions>
          </Form>
        </Dialog>
      )}
      {open.data !== undefined && (
        <Dialog
          open
          onOpenChange={() => open.reset()}
          title={`Send this link to ${open.data.to}`}
          description="This link is only for this person. The audit log shows that you opened it."
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
