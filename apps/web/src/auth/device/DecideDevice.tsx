import type { RouterOutputs } from "@mdreader/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Time } from "../../ui/Time.tsx";
import { AuthCard } from "../AuthCard.tsx";
import { describeUserAgent } from "../session/user-agent.ts";

/** A sign-in that the person has found by its code. */
export interface FoundDevice {
  userCode: string;
  device: RouterOutputs["auth"]["device"]["get"];
}

interface DecideDeviceProps {
  found: FoundDevice;
  onDecided: (decision: "approved" | "denied") => void;
}

/** Shows which program asks, and from where, before the person approves or denies its sign-in. */
export function DecideDevice({ found: { userCode, device }, onDecided }: DecideDeviceProps) {
  const me = useQuery(trpc.auth.me.queryOptions());
  const approve = useMutation(
    trpc.auth.device.approve.mutationOptions({ onSuccess: () => onDecided("approved") }),
  );
  const deny = useMutation(trpc.auth.device.deny.mutationOptions({ onSuccess: () => onDecided("denied") }));
  const isPending = approve.isPending || deny.isPending;
  return (
    <AuthCard title="Sign in this device?" lead="It will be able to do everything that you can.">
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-sm">
        <Fact name="Program">{device.clientName}</Fact>
        <Fact name="Browser or app">{describeUserAgent(device.userAgent)}</Fact>
        <Fact name="IP address">{device.ipAddress}</Fact>
        <Fact name="Requested">
          <Time at={device.createdAt} />
        </Fact>
        <Fact name="Your account">{me.data?.email ?? "…"}</Fact>
      </dl>
      <p className="text-sm text-warn">
        Approve only if you just started this sign-in yourself. If someone sent you the code or a link, deny
        it.
      </p>
      <ErrorNote error={approve.error ?? deny.error} />
      <div className="grid grid-cols-2 gap-2">
        <Button className="h-9" disabled={isPending} onClick={() => deny.mutate({ userCode })}>
          Deny
        </Button>
        <Button
          kind="primary"
          className="h-9"
          disabled={isPending}
          onClick={() => approve.mutate({ userCode })}
        >
          Approve
        </Button>
      </div>
    </AuthCard>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-faint">{name}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </div>
  );
}
