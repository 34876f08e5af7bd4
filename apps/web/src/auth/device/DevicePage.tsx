import { useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { AuthCard } from "../AuthCard.tsx";
import { DecideDevice, type FoundDevice } from "./DecideDevice.tsx";
import { DeviceCodeForm } from "./DeviceCodeForm.tsx";

/** The page on which a person approves the sign-in of a command line or another device, by the code that it shows. */
export function DevicePage() {
  const { code } = useSearch({ from: "/member/device" });
  const [found, setFound] = useState<FoundDevice | null>(null);
  const [decision, setDecision] = useState<"approved" | "denied" | null>(null);
  if (decision !== null) {
    const isApproved = decision === "approved";
    return (
      <AuthCard title={isApproved ? "Sign-in approved" : "Sign-in denied"}>
        <output>
          {isApproved
            ? "Return to your device. It will be signed in within a few seconds."
            : "The device wasn't signed in."}{" "}
          You can close this page.
        </output>
      </AuthCard>
    );
  }
  return found === null ? (
    <DeviceCodeForm code={code} onFound={setFound} />
  ) : (
    <DecideDevice found={found} onDecided={setDecision} />
  );
}
