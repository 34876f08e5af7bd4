import { createWindowState } from "../../lib/persisted-state.ts";

const storedInvitation = createWindowState("invitation");

/**
 * The token of the invitation that this window was opened with. It is stored during sign-in or registration, so that it
 * does not appear in an address.
 */
export const pendingInvitation = {
  /** Moves a token from the address to storage; otherwise returns the stored token. */
  take(): string | null {
    const fromLink = new URLSearchParams(location.hash.slice(1)).get("token");
    if (fromLink === null) return storedInvitation.get();
    history.replaceState(history.state, "", location.pathname);
    storedInvitation.set(fromLink);
    return fromLink;
  },
  /** The stored token. */
  read: (): string | null => storedInvitation.get(),
  forget: () => storedInvitation.forget(),
};
