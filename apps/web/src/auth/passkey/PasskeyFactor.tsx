import { browserSupportsWebAuthn } from "@simplewebauthn/browser";
import { useMutation } from "@tanstack/react-query";

import { client } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { getFormString } from "../../ui/form.ts";
import { askForPasskey, type PasskeyAnswer } from "./ceremonies.ts";

interface PasskeyFactorProps {
  /** Called with the form that the button is in. */
  onAnswered: (form: FormData, answer: PasskeyAnswer) => void;
}

/** Uses a passkey as the second factor, after the password in the form. */
export function PasskeyFactor({ onAnswered }: PasskeyFactorProps) {
  const answer = useMutation({
    mutationFn: async (form: FormData) => {
      const email = getFormString(form, "email");
      const password = getFormString(form, "password");
      return askForPasskey(await client.auth.passkey.startSecondFactor.mutate({ email, password }));
    },
    onSuccess: (passkey, form) => onAnswered(form, passkey),
  });
  if (!browserSupportsWebAuthn()) return null;
  return (
    <>
      <Button
        disabled={answer.isPending}
        onClick={({ currentTarget: { form } }) => form !== null && answer.mutate(new FormData(form))}
      >
        Use a passkey instead
      </Button>
      <ErrorNote error={answer.error} />
    </>
  );
}
