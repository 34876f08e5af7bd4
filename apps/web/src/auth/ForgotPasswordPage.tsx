import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { trpc } from "../lib/client.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorNote } from "../ui/ErrorNote.tsx";
import { Field } from "../ui/Field.tsx";
import { getFormString } from "../ui/form.ts";
import { Form } from "../ui/Form.tsx";
import { AuthCard } from "./AuthCard.tsx";
import { linkClass } from "./link-class.ts";

export function ForgotPasswordPage() {
  const request = useMutation(trpc.auth.requestPasswordReset.mutationOptions());
  const foot = (
    <Link to="/login" search={{}} className={linkClass}>
      Back to sign in
    </Link>
  );
  const instance = useQuery(trpc.auth.instance.queryOptions());
  const sendsMail = instance.data?.sendsMail ?? true;
  if (request.isSuccess && !sendsMail) {
    return (
      <AuthCard title="Ask your administrator" foot={foot}>
        <output className="text-sm text-faint">
          This server doesn't send email. Ask your administrator for a password reset link for{" "}
          <b className="font-medium text-ink">{request.variables.email}</b>.
        </output>
      </AuthCard>
    );
  }
  if (request.isSuccess) {
    return (
      <AuthCard title="Check your email" foot={foot}>
        <output className="text-sm text-faint">
          If an account exists for <b className="font-medium text-ink">{request.variables.email}</b>, we've
          sent it a reset link. The link expires soon and can be used once.
        </output>
      </AuthCard>
    );
  }
  return (
    <AuthCard
      title="Forgot your password?"
      lead={
        sendsMail
          ? "Enter your email and we'll send you a reset link."
          : "This server doesn't send email. Your administrator can give you a reset link."
      }
      foot={foot}
    >
      <Form onSend={(form) => request.mutate({ email: getFormString(form, "email") })}>
        <Field label="Email" name="email" type="email" autoComplete="username" required />
        <ErrorNote error={request.error} />
        <Button kind="primary" type="submit" disabled={request.isPending} className="mt-1 h-9">
          {sendsMail ? "Send reset link" : "Request reset link"}
        </Button>
      </Form>
    </AuthCard>
  );
}
