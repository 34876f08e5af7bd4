import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import { getDisplayName } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Select } from "../../ui/Field.tsx";
import { getFormString } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { showToast } from "../../ui/toast.ts";

export function Transfer({ workspace: { id, name } }: { workspace: { id: string; name: string } }) {
  const [asking, setAsking] = useState(false);
  const me = useQuery(trpc.auth.me.queryOptions());
  const members = useInfiniteQuery(
    trpc.workspace.member.list.infiniteQueryOptions({ workspaceId: id, limit: 100 }, pagedQuery),
  );
  const transfer = useMutation(
    trpc.workspace.transferOwnership.mutationOptions({
      onSuccess: async () => {
        setAsking(false);
        showToast(`Ownership of ${name} transferred`);
        await queryClient.invalidateQueries(trpc.workspace.pathFilter());
      },
    }),
  );
  const others = (members.data?.pages.flatMap(({ items }) => items) ?? [])
    .map(({ user }) => user)
    .filter((user) => user.id !== me.data?.id);
  if (others.length === 0) return <p className="text-sm text-faint">There are no other members yet.</p>;
  return (
    <>
      <Button className="justify-self-start" onClick={() => setAsking(true)}>
        Transfer ownership
      </Button>
      <Dialog open={asking} onOpenChange={setAsking} title={`Transfer ownership of ${name}`}>
        <Form onSend={(form) => transfer.mutate({ id, userId: getFormString(form, "userId") })}>
          <Select label="New owner" name="userId" required>
            {others.map((user) => (
              <option key={user.id} value={user.id}>
                {getDisplayName(user)}
              </option>
            ))}
          </Select>
          <LoadMore list={members} />
          <ErrorNote error={transfer.error} />
          <DialogActions>
            <Cancel />
            <Button kind="danger" type="submit" disabled={transfer.isPending}>
              Transfer ownership
            </Button>
          </DialogActions>
        </Form>
      </Dialog>
    </>
  );
}
