import { Link, useLocation } from "@tanstack/react-router";
import { ShieldCheck } from "lucide-react";

import { getButtonClass } from "../ui/Button.tsx";
import { Title } from "../ui/Title.tsx";

/** Shown in place of a workspace that requires a second factor, to members without one. */
export function SecondFactorNeeded() {
  const next = useLocation({ select: ({ href }) => href });
  return (
    <div className="grid min-h-[70dvh] place-content-center justify-items-center gap-3 p-6 text-center">
      <Title>Second factor required</Title>
      <ShieldCheck aria-hidden="true" className="size-8 text-faint" strokeWidth={1.5} />
      <h1 className="text-xl font-semibold tracking-tight">This workspace requires two-step verification</h1>
      <p className="max-w-sm text-faint">
        Set up an authenticator app or a passkey as your second factor. You'll regain access right away.
      </p>
      <Link to="/second-factor" search={{ next }} className={getButtonClass("primary", "mt-2")}>
        Set up a second factor
      </Link>
    </div>
  );
}
