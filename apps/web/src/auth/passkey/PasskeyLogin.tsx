import { browserSupportsWebAuthn } from "@simplewebauthn/browser";
import { useMutation } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";

import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { useRedirectAfterLogin } from "../useRedirectAfterLogin.ts";
import { logInWithPasskey } from "./ceremonies.ts";

/** Signs in with a passkey, which needs no email address and no password. */
export function PasskeyLogin({ next }: { next: string | undefined }) {
  const goOn = useRedirectAfterLogin(next);
  const logIn = useMutation({ mutationFn: logInWithPasskey, onSuccess: goOn });
  if (!browserSupportsWebAuthn()) return null;
  return (
    <>
      <Button className="h-9" disabled={logIn.isPending} onClick={() => logIn.mutate()}>
        <KeyRound aria-hidden="true" className="size-4" />
        Sign in with a passkey
      </Button>
      <ErrorNote error={logIn.error} />
    </>
  );
}
