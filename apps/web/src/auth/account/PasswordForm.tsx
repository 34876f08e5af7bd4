import { fieldErrorsOf, isReason, type RouterOutputs } from "@mdreader/client";
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
import { CodeField } from "../second-factor/CodeField.tsx";
import { useHasSecondFactor } from "../second-factor/useHasSecondFactor.ts";

/** Changes the password, or sets the first one of an account that was created through a provider. */
export function PasswordForm({ me: { email, hasPassword } }: { me: RouterOutputs["auth"]["me"] }) {
  const hasSecondFactor = useHasSecondFactor();
  /** Changes after each submission to reset the form. */
  const [turn, setTurn] = useState(0);
  const change = useMutation(
    trpc.auth.changePassword.mutationOptions({
      onSuccess: async () => {
        setTurn((before) => before + 1);
        showToast(hasPassword ? "Your password was changed" : "You can now sign in with your password");
        await queryClient.invalidateQueries(trpc.auth.pathFilter());
      },
    }),
  );
  return (
    <Form
      key={turn}
      className="grid gap-4 sm:grid-cols-2"
      onSend={(typed) =>
        change.mutate({
          ...(hasPassword && { currentPassword: getFormString(typed, "currentPassword") }),
          newPassword: getFormString(typed, "newPassword"),
          ...(hasSecondFactor && { code: getFormString(typed, "code") }),
        })
      }
    >
      {/* Tells password managers which account this is. */}
      <input type="text" autoComplete="username" value={email} readOnly hidden />
      {hasPassword && (
        <PasswordField
          label="Current password"
          name="currentPassword"
          autoComplete="current-password"
          required
          errors={isReason(change.error, "PASSWORD_WRONG") ? [change.error.message] : undefined}
        />
      )}
      <NewPasswordField
        label="New password"
        name="newPassword"
        errors={fieldErrorsOf(change.error)["newPassword"]}
      />
      {hasSecondFactor && <CodeField error={change.error} />}
      <div className="grid gap-3 sm:col-span-2">
        {!isReason(change.error, "PASSWORD_WRONG", "SECOND_FACTOR_WRONG", "BAD_INPUT") && (
          <ErrorNote error={change.error} />
        )}
        <Button type="submit" disabled={change.isPending} className="justify-self-start">
          {hasPassword ? "Change password" : "Set password"}
        </Button>
      </div>
    </Form>
  );
}
