import { fieldErrorsOf, isReason } from "@mdreader/client";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { trpc } from "../lib/client.ts";
import { Button, getButtonClass } from "../ui/Button.tsx";
import { ErrorNote } from "../ui/ErrorNote.tsx";
import { getFormString } from "../ui/form.ts";
import { Form } from "../ui/Form.tsx";
import { AuthCard } from "./AuthCard.tsx";
import { linkClass } from "./link-class.ts";
import { NewPasswordField } from "./NewPasswordField.tsx";
import { useTokenFromHash } from "./useTokenFromHash.ts";

/** The target of the link in the password reset email. */
export function ResetPasswordPage() {
  const token = useTokenFromHash();
  const reset = useMutation(trpc.auth.resetPassword.mutationOptions());
  if (reset.isSuccess) {
    return (
      <AuthCard
        title="Password changed"
        lead="You were signed out everywhere. Your linked identities were removed, and your API keys, public links and pending invitations were revoked."
      >
        <Link to="/login" search={{}} className={getButtonClass("primary", "h-9")}>
          Sign in
        </Link>
      </AuthCard>
    );
  }
  if (token === null || isReason(reset.error, "EMAIL_TOKEN_INVALID")) return <InvalidLink />;
  return (
    <AuthCard title="Choose a new password">
      <Form onSend={(form) => reset.mutate({ token, newPassword: getFormString(form, "password") })}>
        <NewPasswordField
          name="password"
          label="New password"
          errors={fieldErrorsOf(reset.error)["newPassword"]}
        />
        {!isReason(reset.error, "BAD_INPUT") && <ErrorNote error={reset.error} />}
        <Button kind="primary" type="submit" disabled={reset.isPending} className="mt-1 h-9">
          Change password
        </Button>
      </Form>
    </AuthCard>
  );
}

function InvalidLink() {
  return (
    <AuthCard title="This link is no longer valid" lead="It was already used or has expired.">
      <p className="text-sm">
        <Link to="/forgot-password" className={linkClass}>
          Request a new link
        </Link>
      </p>
    </AuthCard>
  );
}
