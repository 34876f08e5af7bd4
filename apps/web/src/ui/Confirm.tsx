import type { ReactNode } from "react";

import { Button } from "./Button.tsx";
import { Cancel, Dialog, DialogActions } from "./Dialog.tsx";
import type { Failure } from "./error-messages.ts";
import { ErrorNote } from "./ErrorNote.tsx";

interface ConfirmProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  children: ReactNode;
  /** The label of the confirm button. */
  action: string;
  onConfirm: () => void;
  pending?: boolean;
  error?: Failure | null;
}

/** Confirmation dialog for actions that can't easily be undone. */
export function Confirm({
  open,
  onOpenChange,
  title,
  children,
  action,
  onConfirm,
  pending,
  error,
}: ConfirmProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title} description={children}>
      <ErrorNote error={error ?? null} />
      <DialogActions>
        <Cancel />
        <Button kind="danger" onClick={onConfirm} disabled={pending === true}>
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
