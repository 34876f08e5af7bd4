import { CopyField } from "../../ui/CopyField.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";

interface KeySecretDialogProps {
  title: string;
  secret: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Shows the secret of a new API key, once. */
export function KeySecretDialog({ secret, ...dialog }: KeySecretDialogProps) {
  return (
    <Dialog {...dialog} description="It won't be shown again.">
      <CopyField label="API key" value={secret} />
      <DialogActions>
        <Cancel>Done</Cancel>
      </DialogActions>
    </Dialog>
  );
}
