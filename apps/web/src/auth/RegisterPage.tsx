import { reasons } from "@mdreader/client";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { trpc } from "../lib/client.ts";
import { pendingInvitation } from "../workspace/invitation/pending.ts";
import { AuthCard } from "./AuthCard.tsx";
import { OrDivider, ProviderLinks } from "./identity/ProviderLinks.tsx";
import { useSignInOptions } from "./identity/useSignInOptions.ts";
import { linkClass } from "./link-class.ts";
import { RegisterForm } from "./RegisterForm.tsx";
import { useRedirectAfterLogin } from "./useRedirectAfterLogin.ts";

const refusals = { closed: reasons.REGISTRATION_CLOSED, invitation: reasons.REGISTRATION_BY_INVITATION };

export function RegisterPage() {
  const { next } = useSearch({ from: "/register" });
  const goOn = useRedirectAfterLogin(next);
  const [invitationToken] = useState(pendingInvitation.read);
  const instance = useQuery(trpc.auth.instance.queryOptions());
  const mode = instance.data?.registration ?? "open";
  const isRefused = mode === "closed" || (mode === "invitation" && invitationToken === null);
  const options = useSignInOptions();
  return (
    <AuthCard
      title={isRefused ? "You can't register here" : "Create an account"}
      lead={isRefused ? refusals[mode] : "One account for all your workspaces."}
      foot={
        <>
          Have an account?{" "}
          <Link to="/login" search={next === undefined ? {} : { next }} className={linkClass}>
            Sign in
          </Link>
        </>
      }
    >
      <ProviderLinks providers={options?.providers ?? []} next={next} />
      {!isRefused && options?.acceptsPasswords && (
        <>
          {options.providers.length > 0 && <OrDivider />}
          <RegisterForm tokens={invitationToken === null ? {} : { invitationToken }} onRegistered={goOn} />
        </>
      )}
    </AuthCard>
  );
}
