import { fieldErrorsOf, isReason } from "@mdreader/client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { getFormString } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";
import { PasswordField } from "../../ui/PasswordField.tsx";
import { showToast } from "../../ui/toast.ts";
import { NewPasswordField } from "../NewPasswordField.tsx";

export function PasswordForm({ email }: { email: string }) {
  /** Changes after each submission to reset the form. */
  const [turn, setTurn] = useState(0);
  const change = useMutation(
    trpc.auth.changePassword.mutationOptions({
      onSuccess: async () => {
        setTurn((before) => before + 1);
        showToast("Your password was changed");
        await queryClient.invalidateQueries(trpc.auth.session.pathFilter());
      },
    }),
  );
  return (
    <Form
      key={turn}
      className="grid gap-4 sm:grid-cols-2"
      onSend={(typed) =>
        change.mutate({
          currentPassword: getFormString(typed, "currentPassword"),
          newPassword: getFormString(typed, "newPassword"),
        })
      }
    >
      {/* Tells password managers which account this is. */}
      <input type="text" autoComplete="username" value={email} readOnly hidden />
      <PasswordField
        label="Current password"
        name="currentPassword"
        autoComplete="current-password"
        required
        errors={isReason(change.error, "PASSWORD_WRONG") ? [change.error.message] : undefined}
      />
      <NewPasswordField
        label="New password"
        name="newPassword"
        errors={fieldErrorsOf(change.error)["newPassword"]}
      />
      <div className="grid gap-3 sm:col-span-2">
        {!isReason(change.error, "PASSWORD_WRONG", "BAD_INPUT") && <ErrorNote error={change.error} />}
        <Button type="submit" disabled={change.isPending} className="justify-self-start">
          Change password
        </Button>
      </div>
    </Form>
  );
}
