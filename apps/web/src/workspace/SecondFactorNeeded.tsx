import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { ShieldCheck } from "lucide-react";

import { trpc } from "../lib/client.ts";
import { getButtonClass } from "../ui/Button.tsx";
import { Title } from "../ui/Title.tsx";
import { Leave } from "./settings/Leave.tsx";

/** Shown in place of a workspace that requires a second factor, to members without one. */
export function SecondFactorNeeded({ workspaceId: id }: { workspaceId: string }) {
  const workspaces = useQuery(trpc.workspace.list.queryOptions({ limit: 100 }));
  const name = workspaces.data?.items.find((workspace) => workspace.id === id)?.name ?? "this workspace";
  const next = useLocation({ select: ({ href }) => href });
  return (
    <div className="grid min-h-[70dvh] place-content-center justify-items-center gap-3 p-6 text-center">
      <Title>Two-step verification required</Title>
      <ShieldCheck aria-hidden="true" className="size-8 text-faint" strokeWidth={1.5} />
      <h1 className="text-xl font-semibold tracking-tight">This workspace requires two-step verification</h1>
      <p className="max-w-sm text-faint">
        Set up an authenticator app or a passkey. You'll regain access right away.
      </p>
      <Link to="/second-factor" search={{ next }} className={getButtonClass("primary", "mt-2")}>
        Set up two-step verification
      </Link>
      <div>
        <Leave workspace={{ id, name }} />
      </div>
    </div>
  );
}
