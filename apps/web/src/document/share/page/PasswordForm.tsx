import { Button } from "../../../ui/Button.tsx";
import { ErrorNote } from "../../../ui/ErrorNote.tsx";
import { getFormString } from "../../../ui/form.ts";
import { Form } from "../../../ui/Form.tsx";
import { PasswordField } from "../../../ui/PasswordField.tsx";
import { ShareCard } from "./ShareCard.tsx";
import type { useShare } from "./useShare.ts";

/** The password form of a shared document. */
export function PasswordForm({ opening }: Pick<ReturnType<typeof useShare>, "opening">) {
  return (
    <ShareCard title="This document is password-protected">
      <Form onSend={(form) => opening.mutate(getFormString(form, "password"))}>
        <PasswordField label="Password" name="password" autoComplete="off" required />
        <ErrorNote error={opening.error} />
        <Button kind="primary" type="submit" disabled={opening.isPending} className="h-9">
          {opening.isPending ? "Opening…" : "Open"}
        </Button>
      </Form>
    </ShareCard>
  );
}
