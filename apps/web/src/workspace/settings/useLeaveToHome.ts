import { useNavigate } from "@tanstack/react-router";

import { queryClient, trpc } from "../../lib/client.ts";
import { showToast } from "../../ui/toast.ts";

/** Goes to the list of workspaces, out of one that is gone for its reader, and says why. */
export function useLeaveToHome() {
  const navigate = useNavigate();
  return async (message: string) => {
    await navigate({ to: "/" });
    showToast(message);
    await queryClient.invalidateQueries(trpc.workspace.list.pathFilter());
  };
}
