import { canManageRole, fieldErrorsOf, isReason, type Role, roles } from "@mdreader/client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { queries, trpc } from "../../app/client.ts";
import { Button } from "../../ui/Button.tsx";
import { CopyField } from "../../ui/CopyField.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Field, Select } from "../../ui/Field.tsx";
import { typedIn } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";
import { Tabs } from "../../ui/Tabs.tsx";
import { roleWords } from "../role-words.ts";

interface InviteProps {
  workspaceId: string;
  /** The role of who invites: others are invited into those that it may give. */
  own: Role;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Invites one person by mail, or whoever has a link. */
export function Invite({ workspaceId, own, open, onOpenChange }: InviteProps) {
  const [way, setWay] = useState<"mail" | "link">("mail");
  const create = useMutation(
    trpc.workspace.invitation.create.mutationOptions({
      onSuccess: () => queries.invalidateQueries(trpc.workspace.invitation.pathFilter()),
    }),
  );
  const onOpen = (opened: boolean) => {
    if (!opened) create.reset();
    onOpenChange(opened);
  };
  if (create.data !== undefined) {
    const { email, url } = create.data;
    return (
      <Dialog
        open={open}
        onOpenChange={onOpen}
        title={email === null ? "The link is made" : `A mail to ${email} is on its way`}
        description={
          email === null
            ? "Whoever opens it can join. It is shown this once."
            : "You may also send this link yourself: it is for that address alone."
        }
      >
        <CopyField label="Link" value={url} />
        <DialogActions>
          <Cancel>Done</Cancel>
        </DialogActions>
      </Dialog>
    );
  }
  const errors = fieldErrorsOf(create.error);
  const common = (
    <>
      <RoleChoice own={own} />
      <Select label="Ends" name="days" defaultValue="7">
        <option value="1">After a day</option>
        <option value="7">After a week</option>
        <option value="30">After a month</option>
        <option value="90">After three months</option>
      </Select>
    </>
  );
  return (
    <Dialog open={open} onOpenChange={onOpen} title="Invite people">
      <Form
        onSend={(form) => {
          const chosen = roles.find((role) => role === typedIn(form, "role"));
          if (chosen === undefined) return;
          const expiresInDays = Number(typedIn(form, "days"));
          create.mutate({
            workspaceId,
            role: chosen,
            expiresInDays,
            ...(way === "mail"
              ? { email: typedIn(form, "email") }
              : { maxUses: Number(typedIn(form, "maxUses")) }),
          });
        }}
      >
        <Tabs
          label="How"
          value={way}
          onChange={setWay}
          tabs={[
            {
              value: "mail",
              label: "By mail",
              panel: (
                <div className="grid gap-4">
                  <Field label="E-mail" name="email" type="email" required errors={errors["email"]} />
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
                    label="How many may use it"
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
            {way === "mail" ? "Send the invitation" : "Make the link"}
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}

function RoleChoice({ own }: { own: Role }) {
  return (
    <Select label="Role" name="role" defaultValue="editor">
      {roles
        .filter((role) => canManageRole(own, role))
        .map((role) => (
          <option key={role} value={role}>
            {roleWords[role].name}: {roleWords[role].may.toLowerCase()}
          </option>
        ))}
    </Select>
  );
}
