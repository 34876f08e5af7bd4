import { isReason } from "@mdreader/client";

import type { Failure } from "../../ui/error-messages.ts";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { getFormString } from "../../ui/form.ts";
import { PasswordField } from "../../ui/PasswordField.tsx";
import { CodeField } from "./CodeField.tsx";

interface StepUpFieldsProps {
  /** Whether the account has a password that the server accepts. */
  hasPassword: boolean;
  hasSecondFactor: boolean;
  error: Failure | null;
}

/** The fields that confirm a sensitive action: the password, and a code if the account has a second factor. */
export function StepUpFields({ hasPassword, hasSecondFactor, error }: StepUpFieldsProps) {
  const isPasswordWrong = isReason(error, "PASSWORD_WRONG");
  return (
    <>
      {hasPassword && (
        <PasswordField
          label="Your password"
          name="password"
          autoComplete="current-password"
          required
          errors={isPasswordWrong ? [error.message] : undefined}
        />
      )}
      {hasSecondFactor && <CodeField error={error} />}
      {!isReason(error, "PASSWORD_WRONG", "SECOND_FACTOR_WRONG") && <ErrorNote error={error} />}
    </>
  );
}

/** Reads the fields that are part of the form. */
export const readStepUp = (form: FormData): { password?: string; code?: string } => ({
  ...(form.has("password") && { password: getFormString(form, "password") }),
  ...(form.has("code") && { code: getFormString(form, "code") }),
});
