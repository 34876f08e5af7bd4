import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { client } from "../lib/client.ts";
import { clearPersonalData } from "../lib/personal-data.ts";
import { showErrorToast } from "../ui/toast.ts";

/** Ends the session. @returns The address that also ends it at its provider, if it should be. */
async function signOut(): Promise<string | null> {
  // Signing out here matters more than signing out there.
  const { url } = await client.auth.identity.signOutUrl.query().catch(() => ({ url: null }));
  await client.auth.logout.mutate();
  return url;
}

/** Signs the person out and opens the sign-in page. */
export function useSignOut() {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: signOut,
    onError: showErrorToast,
    onSuccess: async (providerUrl) => {
      await navigate({ to: "/login", search: {} });
      await clearPersonalData();
      if (providerUrl !== null) location.assign(providerUrl);
    },
  });
}
