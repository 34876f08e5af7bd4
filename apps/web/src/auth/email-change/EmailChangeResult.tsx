import type { RouterOutputs } from "@mdreader/client";
import { Link } from "@tanstack/react-router";

import { getButtonClass } from "../../ui/Button.tsx";
import { AuthCard } from "../AuthCard.tsx";

type State = RouterOutputs["auth"]["emailChange"]["confirm"]["state"];

const results: Record<State, { title: string; lead: string }> = {
  waitsForProof: {
    title: "You approved the change",
    lead: "Now open the link that we sent to the new address.",
  },
  waitsForAgreement: {
    title: "New email address confirmed",
    lead: "Now open the link that we sent to the account's current address, and approve the change.",
  },
  changed: { title: "Email address changed", lead: "Sign in with the new address from now on." },
};

/** The result of opening one of the two links. */
export function EmailChangeResult({ state }: { state: State }) {
  return (
    <AuthCard {...results[state]}>
      <ToWorkspaces />
    </AuthCard>
  );
}

export function IncompleteLink() {
  return (
    <AuthCard
      title="This link is incomplete"
      lead="Open it directly from the email, or request a new one on your profile page."
    >
      <ToWorkspaces />
    </AuthCard>
  );
}

function ToWorkspaces() {
  return (
    <Link to="/" className={getButtonClass("primary", "h-9")}>
      Go to your workspaces
    </Link>
  );
}
