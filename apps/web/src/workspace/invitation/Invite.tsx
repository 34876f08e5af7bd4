import { canManageRole, fieldErrorsOf, isReason, type Role, roles } from "@mdreader/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { CopyField } from "../../ui/CopyField.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Field, Select } from "../../ui/Field.tsx";
import { getFormString } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";
import { Tabs } from "../../ui/Tabs.tsx";
import { roleLabels } from "../role-labels.ts";

interface InviteProps {
  workspaceId: string;
  /** The inviter's role, which limits the roles they can grant. */
  own: Role;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Invites one person by email, or anyone with a link. */
export function Invite({ workspaceId, own, open, onOpenChange }: InviteProps) {
  const [way, setWay] = useState<"mail" | "link">("mail");
  const create = useMutation(
    trpc.workspace.invitation.create.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.workspace.invitation.pathFilter()),
    }),
  );
  const instance = useQuery(trpc.auth.instance.queryOptions());
  const sendsMail = instance.data?.sendsMail ?? true;
  const onOpen = (opened: boolean) => {
    if (!opened) create.reset();
    onOpenChange(opened);
  };
  if (create.data !== undefined) {
    const { email, url } = create.data;
    return (
      <Dialog open={open} onOpenChange={onOpen} {...describeInvitation(email, sendsMail)}>
        <CopyField label="Link" value={url} />
        <DialogActions>
          <Cancel>Done</Cancel>
        </DialogActions>
      </Dialog>
    );
  }
  const errors = fieldErrorsOf(create.error);
  const sendLabel = sendsMail ? "Send invitation" : "Create invitation";
  const common = (
    <>
      <RoleChoice own={own} />
      <Select label="Expires" name="days" defaultValue="7">
        <option value="1">In a day</option>
        <option value="7">In a week</option>
        <option value="30">In 30 days</option>
        <option value="90">In 90 days</option>
      </Select>
    </>
  );
  return (
    <Dialog open={open} onOpenChange={onOpen} title="Invite people">
      <Form
        onSend={(form) => {
          const chosen = roles.find((role) => role === getFormString(form, "role"));
          if (chosen === undefined) return;
          const expiresInDays = Number(getFormString(form, "days"));
          create.mutate({
            workspaceId,
            role: chosen,
            expiresInDays,
            ...(way === "mail"
              ? { email: getFormString(form, "email") }
              : { maxUses: Number(getFormString(form, "maxUses")) }),
          });
        }}
      >
        <Tabs
          label="Invitation method"
          value={way}
          onChange={setWay}
          tabs={[
            {
              value: "mail",
              label: "By email",
              panel: (
                <div className="grid gap-4">
                  <Field label="Email" name="email" type="email" required errors={errors["email"]} />
                  {common}
                </div>
              ),
            },
            {
              value: "link",
              label: "By link",
              panel: (
                <div className="grid gap-4">
                  <Field
                    label="Maximum uses"
                    name="maxUses"
                    type="number"
                    min={1}
                    max={1000}
                    defaultValue={10}
                    required
                    errors={errors["maxUses"]}
                  />
                  {common}
                </div>
              ),
            },
          ]}
        />
        {!isReason(create.error, "BAD_INPUT") && <ErrorNote error={create.error} />}
        <DialogActions>
          <Cancel />
          <Button kind="primary" type="submit" disabled={create.isPending}>
            {way === "mail" ? sendLabel : "Create link"}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

/** @param email The recipient; null for a link for anyone. */
function describeInvitation(email: string | null, sendsMail: boolean) {
  if (email === null) {
    return {
      title: "Invitation link created",
      description: "Anyone with the link can join. It won't be shown again.",
    };
  }
  return sendsMail
    ? {
        title: `Invitation sent to ${email}`,
        description: "You can also send this link yourself. It works only for that address.",
      }
    : {
        title: `Send this link to ${email}`,
        description:
          "This server doesn't send email. The link works only for that address. It won't be shown again.",
      };
}

function RoleChoice({ own }: { own: Role }) {
  return (
    <Select label="Role" name="role" defaultValue="editor">
      {roles
        .filter((role) => canManageRole(own, role))
        .map((role) => (
          <option key={role} value={role}>
            {roleLabels[role].name}: {roleLabels[role].may.toLowerCase()}
          </option>
        ))}
    </Select>
  );
}
