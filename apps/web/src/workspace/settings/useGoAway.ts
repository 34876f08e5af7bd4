import { useNavigate } from "@tanstack/react-router";

import { queries, trpc } from "../../app/client.ts";
import { say } from "../../ui/toast.ts";

/** Goes to the list of workspaces, out of one that is gone for its reader, and says why. */
export function useGoAway() {
  const navigate = useNavigate();
  return async (message: string) => {
    await navigate({ to: "/" });
    say(message);
    await queries.invalidateQueries(trpc.workspace.list.pathFilter());
  };
}
