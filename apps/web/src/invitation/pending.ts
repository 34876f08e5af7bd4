import { createWindowState } from "../lib/persisted-state.ts";

const storedInvitation = createWindowState("invitation");

/**
 * The token of the invitation that this window came with. It is kept while its person signs in or up, so that it need not
 * travel in an address.
 */
export const pendingInvitation = {
  /** Takes the token out of the address, if it brought one; else answers the one that was kept. */
  take(): string | null {
    const fromLink = new URLSearchParams(location.hash.slice(1)).get("token");
    if (fromLink === null) return storedInvitation.get();
    history.replaceState(history.state, "", location.pathname);
    storedInvitation.set(fromLink);
    return fromLink;
  },
  forget: () => storedInvitation.forget(),
};
