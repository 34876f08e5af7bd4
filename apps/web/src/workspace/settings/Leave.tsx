import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { useLeaveToHome } from "./useLeaveToHome.ts";

export function Leave({ workspace: { id, name } }: { workspace: { id: string; name: string } }) {
  const [asking, setAsking] = useState(false);
  const goAway = useLeaveToHome();
  const leave = useMutation(
    trpc.workspace.leave.mutationOptions({ onSuccess: () => goAway(`You left ${name}.`) }),
  );
  return (
    <>
      <Button className="justify-self-start" onClick={() => setAsking(true)}>
        Leave {name}
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={`Leave ${name}?`}
        action="Leave"
        onConfirm={() => leave.mutate({ id })}
        pending={leave.isPending}
        error={leave.error}
      >
        You'll lose access immediately. Your contributions will remain.
      </Confirm>
    </>
  );
}
