import { useMutation } from "@tanstack/react-query";

import { client } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { askForPasskey, type PasskeyAnswer } from "./ceremonies.ts";

/** Confirms a sensitive action with a passkey, in place of the password and a code. */
export function PasskeyConfirmation({ onConfirmed }: { onConfirmed: (answer: PasskeyAnswer) => void }) {
  const confirm = useMutation({
    mutationFn: async () => askForPasskey(await client.auth.passkey.startConfirmation.mutate()),
    onSuccess: onConfirmed,
  });
  return (
    <>
      <Button className="justify-self-start" disabled={confirm.isPending} onClick={() => confirm.mutate()}>
        Use a passkey instead
      </Button>
      <ErrorNote error={confirm.error} />
    </>
  );
}
