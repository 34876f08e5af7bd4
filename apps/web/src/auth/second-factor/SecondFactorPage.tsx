import { browserSupportsWebAuthn } from "@simplewebauthn/browser";
import { useQuery } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { AuthCard } from "../AuthCard.tsx";
import { AddPasskey } from "../passkey/AddPasskey.tsx";
import { useSignOut } from "../useSignOut.ts";
import { SetUp } from "./SetUp.tsx";

/** The page on which people set up a second factor that the server, or a workspace that they come from, requires. */
export function SecondFactorPage() {
  const me = useQuery(trpc.auth.me.queryOptions());
  const router = useRouter();
  const { next } = useSearch({ from: "/member/second-factor" });
  const signOut = useSignOut();
  const [usesPasskey, setUsesPasskey] = useState(false);
  const goOn = async () => {
    await queryClient.resetQueries();
    router.history.push(next ?? "/");
  };
  const leave =
    next === undefined ? (
      <Button disabled={signOut.isPending} onClick={() => signOut.mutate()}>
        Sign out
      </Button>
    ) : (
      <Button onClick={() => router.history.push(next)}>Cancel</Button>
    );
  return (
    <AuthCard
      title="Set up two-step verification"
      lead={
        next === undefined
          ? "This server requires two-step verification."
          : "It protects your account, and some workspaces require it."
      }
    >
      <ErrorNote error={me.error} retry={me.refetch} />
      {me.data !== undefined &&
        (usesPasskey ? (
          <AddPasskey
            hasPassword={me.data.hasPassword}
            onDone={() => void goOn()}
            alternatives={
              <>
                <Button onClick={() => setUsesPasskey(false)}>Use an app instead</Button>
                {leave}
              </>
            }
          />
        ) : (
          <SetUp
            hasPassword={me.data.hasPassword}
            isEnabled={false}
            onDone={() => void goOn()}
            alternatives={
              <>
                {browserSupportsWebAuthn() && (
                  <Button onClick={() => setUsesPasskey(true)}>Add a passkey instead</Button>
                )}
                {leave}
              </>
            }
          />
        ))}
    </AuthCard>
  );
}
