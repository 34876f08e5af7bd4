import { isReason } from "@mdreader/client";

import { type Failure } from "../../ui/error-messages.ts";
import { Field } from "../../ui/Field.tsx";

interface CodeFieldProps {
  error: Failure | null;
  /** Whether it's what the person came for, so that it takes the focus when it appears. */
  takesFocus?: boolean;
}

const focus = (input: HTMLInputElement | null) => input?.focus();

/** The field for a code of the second factor, with the error of a wrong one. */
export function CodeField({ error, takesFocus = false }: CodeFieldProps) {
  const isWrong = isReason(error, "SECOND_FACTOR_WRONG");
  return (
    <Field
      ref={takesFocus ? focus : null}
      label="Code"
      name="code"
      autoComplete="one-time-code"
      spellCheck={false}
      minLength={6}
      maxLength={64}
      required
      hint="A code from your authenticator app, or a recovery code"
      errors={isWrong ? [error.message] : undefined}
    />
  );
}
