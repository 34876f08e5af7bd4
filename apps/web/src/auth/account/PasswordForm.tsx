import { fieldErrorsOf, isReason, type RouterOutputs } from "@mdreader/client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { getFormString } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";
import { showToast } from "../../ui/toast.ts";
import { NewPasswordField } from "../NewPasswordField.tsx";
import { readStepUp, StepUpFields } from "../second-factor/StepUpFields.tsx";
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
        showToast(hasPassword ? "Your password was changed." : "You can now sign in with your password.");
        await queryClient.invalidateQueries(trpc.auth.pathFilter());
      },
    }),
  );
  return (
    <Form
      key={turn}
      className="grid gap-4 sm:grid-cols-2"
      onSend={(typed) => {
        const { password, ...confirmation } = readStepUp(typed);
        change.mutate({
          ...(password !== undefined && { currentPassword: password }),
          ...confirmation,
          newPassword: getFormString(typed, "newPassword"),
        });
      }}
    >
      {/* Tells password managers which account this is. */}
      <input type="text" autoComplete="username" value={email} readOnly hidden />
      <StepUpFields
        hasPassword={hasPassword}
        hasSecondFactor={hasSecondFactor}
        passwordLabel="Current password"
        error={isReason(change.error, "BAD_INPUT") ? null : change.error}
      />
      <NewPasswordField
        label="New password"
        name="newPassword"
        errors={fieldErrorsOf(change.error)["newPassword"]}
      />
      <div className="grid gap-3 sm:col-span-2">
        <Button type="submit" disabled={change.isPending} className="justify-self-start">
          {hasPassword ? "Change password" : "Set password"}
        </Button>
      </div>
    </Form>
  );
}
