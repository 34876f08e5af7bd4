import type { Role } from "@mdreader/client";

import { useStore } from "../../lib/store.ts";
import { Button } from "../../ui/Button.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import { getFormString } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";
import { moveDialog, renameDialog, shareDialog } from "../dialogs.ts";
import { ShareDialog } from "../share/ShareDialog.tsx";
import { MoveDialog } from "../tree/MoveDialog.tsx";
import { useTreeActions } from "../tree/useTreeActions.ts";

interface DocumentDialogsProps {
  workspaceId: string;
  documentId: string;
  title: string;
  folderId: string | null;
  role: Role;
}

/** The dialogs that the header and the palette open. */
export function DocumentDialogs({ workspaceId, documentId, title, folderId, role }: DocumentDialogsProps) {
  const { rename } = useTreeActions(workspaceId);
  const isRenaming = useStore(renameDialog);
  const isMoving = useStore(moveDialog);
  const isSharing = useStore(shareDialog);
  const node = { id: documentId, kind: "document" as const, name: title };
  return (
    <>
      <Dialog open={isRenaming} onOpenChange={renameDialog.set} title="Rename document">
        <Form
          onSend={(form) => {
            rename(node, getFormString(form, "title").trim());
            renameDialog.set(false);
          }}
        >
          <Field label="Title" name="title" defaultValue={title} maxLength={255} required />
          <DialogActions>
            <Cancel />
            <Button kind="primary" type="submit">
              Rename
            </Button>
          </DialogActions>
        </Form>
      </Dialog>
      <MoveDialog
        workspaceId={workspaceId}
        moving={isMoving ? { node, folderId } : null}
        onClose={() => moveDialog.set(false)}
      />
      {isSharing && <ShareDialog documentId={documentId} role={role} open onOpenChange={shareDialog.set} />}
    </>
  );
}
