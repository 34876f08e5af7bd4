import type { RouterInputs, RouterOutputs } from "@mdreader/client";
import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { client, queryClient, trpc } from "../../lib/client.ts";
import { getDisplayName } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Checkbox, Select } from "../../ui/Field.tsx";
import { getFormString } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";
import { LoadingRows } from "../../ui/Loading.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { showToast } from "../../ui/toast.ts";

type Holding = RouterOutputs["auth"]["listHoldings"]["items"][number];
type HandOverInput = RouterInputs["auth"]["handOver"];

interface HandOverDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The suspended user who hands over. Null for the person's own account. */
  userId: string | null;
  title: string;
}

/** Shows what somebody would leave behind, and hands it over in one step. */
export function HandOverDialog({ open, onOpenChange, userId, title }: HandOverDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description="All changes take effect together. Anything you don't change stays as it is."
    >
      {open && <HandOverForm userId={userId} onDone={() => onOpenChange(false)} />}
    </Dialog>
  );
}

function useHoldings(userId: string | null) {
  const own = useInfiniteQuery({
    ...trpc.auth.listHoldings.infiniteQueryOptions({}, pagedQuery),
    enabled: userId === null,
  });
  const userHoldings = useInfiniteQuery({
    ...trpc.auth.admin.user.listHoldings.infiniteQueryOptions({ id: userId ?? "" }, pagedQuery),
    enabled: userId !== null,
  });
  return userId === null ? own : userHoldings;
}

function HandOverForm({ userId, onDone }: { userId: string | null; onDone: () => void }) {
  const list = useHoldings(userId);
  const handOver = useMutation({
    mutationFn: (input: HandOverInput) =>
      userId === null
        ? client.auth.handOver.mutate(input)
        : client.auth.admin.user.handOver.mutate({ id: userId, ...input }),
    onSuccess: async () => {
      showToast("Changes applied");
      await queryClient.invalidateQueries(trpc.auth.pathFilter());
      onDone();
    },
  });
  if (list.data === undefined)
    return list.isPending ? <LoadingRows /> : <ErrorNote error={list.error} retry={list.refetch} />;
  const items = list.data.pages.flatMap((page) => page.items);
  const listKind = (kind: Holding["kind"]) => items.filter((item) => item.kind === kind);
  const ownerships = listKind("ownership");
  if (items.length === 0)
    return (
      <p className="text-sm">There are no workspaces, API keys, public links or invitations to hand over.</p>
    );
  return (
    <Form onSend={(form) => handOver.mutate(readHandOver(form, ownerships))}>
      {ownerships.map((ownership) => (
        <NewOwner key={ownership.id} ownership={ownership} />
      ))}
      <Group title="Public links" items={listKind("share")}>
        <Select label="Public links" name="shares" defaultValue="keep">
          <option value="keep">Keep</option>
          <option value="handOver">Hand over to the owners of their workspaces</option>
          <option value="revoke">Revoke</option>
        </Select>
      </Group>
      <Group title="API keys" items={listKind("apiKey")}>
        <Checkbox label="Revoke all API keys" name="revokeKeys" />
      </Group>
      <Group title="Workspace API keys" items={listKind("workspaceKey")}>
        <Checkbox
          label="Revoke all workspace API keys"
          hint={`Programs that use them will need new ones.${userId === null ? "" : " This person may have kept copies of the keys."}`}
          name="revokeWorkspaceKeys"
        />
      </Group>
      <Group title="Pending invitations" items={listKind("invitation")}>
        <Checkbox label="Revoke all pending invitations" name="revokeInvitations" />
      </Group>
      <LoadMore list={list} />
      <ErrorNote error={handOver.error} />
      <DialogActions>
        <Cancel />
        <Button kind="primary" type="submit" disabled={handOver.isPending}>
          Apply changes
        </Button>
      </DialogActions>
    </Form>
  );
}

function NewOwner({ ownership: { id, workspace, candidates } }: { ownership: Holding }) {
  return (
    <Select
      label={`New owner of ${workspace?.name ?? "the workspace"}`}
      name={`owner ${id}`}
      defaultValue=""
      hint={candidates.length === 0 ? "It has no other active members." : undefined}
    >
      <option value="">No change</option>
      {candidates.map((person) => (
        <option key={person.id} value={person.id}>
          {getDisplayName(person)}
        </option>
      ))}
    </Select>
  );
}

/** The holdings of one kind, and what can be done with them. */
function Group({
  title,
  items,
  children,
}: {
  title: string;
  items: readonly Holding[];
  children: ReactNode;
}) {
  if (items.length === 0) return null;
  return (
    <div className="grid gap-2">
      <ul aria-label={title} className="grid max-h-32 gap-0.5 overflow-y-auto text-sm text-faint">
        {items.map((item) => (
          <li key={item.id} className="truncate">
            {describeHolding(item)}
          </li>
        ))}
      </ul>
      {children}
    </div>
  );
}

function describeHolding({ kind, name, workspace }: Holding): string {
  const where = workspace === null ? "" : ` in ${workspace.name}`;
  if (kind === "share") return `Link ending in ${name ?? ""}${where}`;
  if (kind === "invitation") return `${name ?? "Invitation by link"}${where}`;
  return `${name ?? ""}${where}`;
}

const shareModes = ["handOver", "revoke"] as const;

function readHandOver(form: FormData, ownerships: readonly Holding[]): HandOverInput {
  return {
    owners: ownerships.flatMap(({ id: workspaceId }) => {
      const userId = getFormString(form, `owner ${workspaceId}`);
      return userId === "" ? [] : [{ workspaceId, userId }];
    }),
    shares: shareModes.find((mode) => form.has("shares") && mode === getFormString(form, "shares")) ?? "keep",
    revokeKeys: form.has("revokeKeys"),
    revokeWorkspaceKeys: form.has("revokeWorkspaceKeys"),
    revokeInvitations: form.has("revokeInvitations"),
  };
}
