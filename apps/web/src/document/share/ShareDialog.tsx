import { can, type Role } from "@mdreader/client";
import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { Copy, Link2Off } from "lucide-react";
import { useState } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Field, Select } from "../../ui/Field.tsx";
import { getFormString } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Time } from "../../ui/Time.tsx";
import { showToast, showErrorToast } from "../../ui/toast.ts";

interface ShareDialogProps {
  documentId: string;
  role: Role;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Creates and revokes public links to a document. */
export function ShareDialog({ documentId, role, open, onOpenChange }: ShareDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Share"
      description="Anyone with a public link can read this document and open the images and files in it, without an account. They can't see anything else."
    >
      <div className="grid gap-5">
        {can(role, "share.create") ? (
          <NewShare documentId={documentId} />
        ) : (
          <p className="text-sm text-faint">Only workspace admins can create public links.</p>
        )}
        <Shares documentId={documentId} mayRevoke={can(role, "share.revoke")} />
      </div>
    </Dialog>
  );
}

function NewShare({ documentId }: { documentId: string }) {
  const [url, setUrl] = useState<string | null>(null);
  const create = useMutation(
    trpc.document.share.create.mutationOptions({
      onSuccess: async (share) => {
        setUrl(share.url);
        await queryClient.invalidateQueries(trpc.document.share.pathFilter());
      },
    }),
  );
  if (url !== null) return <NewLink url={url} />;
  return (
    <Form
      className="grid gap-3"
      onSend={(form) => {
        const [days, password] = [Number(getFormString(form, "days")), getFormString(form, "password")];
        create.mutate({
          documentId,
          ...(days > 0 && { expiresInDays: days }),
          ...(password !== "" && { password }),
        });
      }}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Select label="Expires" name="days">
          <option value="0">Never</option>
          <option value="1">In a day</option>
          <option value="7">In a week</option>
          <option value="30">In 30 days</option>
          <option value="365">In a year</option>
        </Select>
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={8}
          hint="Optional"
        />
      </div>
      <ErrorNote error={create.error} />
      <Button kind="primary" type="submit" disabled={create.isPending}>
        Create public link
      </Button>
    </Form>
  );
}

const focus = (input: HTMLInputElement | null) => input?.focus();

/** A new link, shown once: only its hash is stored. It takes the focus, which would otherwise go to “Revoke link”. */
function NewLink({ url }: { url: string }) {
  const copy = () => navigator.clipboard.writeText(url).then(() => showToast("Link copied"), showErrorToast);
  return (
    <div className="grid gap-1.5">
      <div className="flex gap-2">
        <input
          ref={focus}
          readOnly
          aria-label="Public link"
          value={url}
          onFocus={({ target }) => target.select()}
          className="h-8 min-w-0 flex-1 rounded-md border border-edge bg-panel px-2.5 text-sm pointer-coarse:h-10"
        />
        <Button kind="primary" onClick={() => void copy()}>
          <Copy aria-hidden="true" className="size-4" />
          Copy
        </Button>
      </div>
      <p className="text-sm text-faint">Copy it now. It won't be shown again.</p>
    </div>
  );
}

function Shares({ documentId, mayRevoke }: { documentId: string; mayRevoke: boolean }) {
  const list = useInfiniteQuery(trpc.document.share.list.infiniteQueryOptions({ documentId }, pagedQuery));
  const revoke = useMutation(
    trpc.document.share.revoke.mutationOptions({
      onError: showErrorToast,
      onSuccess: () => queryClient.invalidateQueries(trpc.document.share.pathFilter()),
    }),
  );
  const shares = list.data?.pages.flatMap(({ items }) => items) ?? [];
  if (shares.length === 0) return <ErrorNote error={list.error} />;
  return (
    <section className="grid gap-1">
      <h3 className="text-sm font-medium">Active links</h3>
      <ul className="divide-y divide-line">
        {shares.map(({ id, hint, hasPassword, expiresAt, createdAt }) => (
          <li key={id} className="flex items-center gap-3 py-2 text-sm">
            <span className="min-w-0 flex-1">
              <span className="font-mono">…{hint}</span>
              <span className="block text-xs text-faint">
                Created <Time at={createdAt} />
                {hasPassword && " · password-protected"}
                {expiresAt !== null && (
                  <>
                    {" · expires "}
                    <Time at={expiresAt} />
                  </>
                )}
              </span>
            </span>
            {mayRevoke && (
              <IconButton
                label={`Revoke link …${hint}`}
                disabled={revoke.isPending}
                onClick={() => revoke.mutate({ documentId, id })}
              >
                <Link2Off />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
      <LoadMore list={list} />
    </section>
  );
}
