import { isReason } from "@mdreader/client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { trpc } from "../../lib/client.ts";
import type { Failure } from "../../ui/error-messages.ts";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { getFormString } from "../../ui/form.ts";
import { PasswordField } from "../../ui/PasswordField.tsx";
import type { PasskeyAnswer } from "../passkey/ceremonies.ts";
import { PasskeyConfirmation } from "../passkey/PasskeyConfirmation.tsx";
import { CodeField } from "./CodeField.tsx";

interface StepUpFieldsProps {
  /** Whether the account has a password that the server accepts. */
  hasPassword: boolean;
  hasSecondFactor: boolean;
  error: Failure | null;
  passwordLabel?: string;
}

/** The answers of passkeys, by their client data. Forms contain only text. */
const answers = new Map<string, PasskeyAnswer>();

/**
 * The fields that confirm a sensitive action: the password, and a code if the account has a second factor. A passkey
 * replaces both.
 */
export function StepUpFields({
  hasPassword,
  hasSecondFactor,
  error,
  passwordLabel = "Your password",
}: StepUpFieldsProps) {
  const factor = useQuery(trpc.auth.secondFactor.get.queryOptions());
  /** The key of an answer. It works once, so it is void after an error. */
  const [answered, setAnswered] = useState<{ key: string; before: Failure | null } | null>(null);
  if (answered !== null && answered.before === error) {
    return (
      <>
        <input type="hidden" name="passkey" value={answered.key} />
        <output className="text-sm">Confirmed with your passkey.</output>
      </>
    );
  }
  const isPasswordWrong = isReason(error, "PASSWORD_WRONG");
  return (
    <>
      {hasPassword && (
        <PasswordField
          label={passwordLabel}
          name="password"
          autoComplete="current-password"
          required
          errors={isPasswordWrong ? [error.message] : undefined}
        />
      )}
      {hasSecondFactor && <CodeField error={error} />}
      {(factor.data?.passkeyCount ?? 0) > 0 && (
        <PasskeyConfirmation
          onConfirmed={(answer) => {
            const key = answer.response.clientDataJSON;
            answers.set(key, answer);
            setAnswered({ key, before: error });
          }}
        />
      )}
      {!isReason(error, "PASSWORD_WRONG", "SECOND_FACTOR_WRONG") && <ErrorNote error={error} />}
    </>
  );
}

/** Reads the fields that are part of the form. */
export function readStepUp(form: FormData): { password?: string; code?: string; passkey?: PasskeyAnswer } {
  const key = form.has("passkey") ? getFormString(form, "passkey") : "";
  const passkey = answers.get(key);
  answers.delete(key);
  return {
    ...(form.has("password") && { password: getFormString(form, "password") }),
    ...(form.has("code") && { code: getFormString(form, "code") }),
    ...(passkey !== undefined && { passkey }),
  };
}
