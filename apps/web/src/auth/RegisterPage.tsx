import { fieldErrorsOf, isReason } from "@mdreader/client";
import { useMutation } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";

import { trpc } from "../lib/client.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorNote } from "../ui/ErrorNote.tsx";
import { Field } from "../ui/Field.tsx";
import { getFormString } from "../ui/form.ts";
import { Form } from "../ui/Form.tsx";
import { AuthCard } from "./AuthCard.tsx";
import { linkClass } from "./link-class.ts";
import { NewPasswordField } from "./NewPasswordField.tsx";
import { useRedirectAfterLogin } from "./useRedirectAfterLogin.ts";

export function RegisterPage() {
  const { next } = useSearch({ from: "/register" });
  const goOn = useRedirectAfterLogin(next);
  const register = useMutation(trpc.auth.register.mutationOptions({ onSuccess: goOn }));
  const errors = fieldErrorsOf(register.error);
  return (
    <AuthCard
      title="Create an account"
      lead="One account for all your workspaces."
      foot={
        <>
          Have an account?{" "}
          <Link to="/login" search={next === undefined ? {} : { next }} className={linkClass}>
            Sign in
          </Link>
        </>
      }
    >
      <Form
        onSend={(form) =>
          register.mutate({
            email: getFormString(form, "email"),
            username: getFormString(form, "username"),
            password: getFormString(form, "password"),
          })
        }
      >
        <Field
          label="Email"
          name="email"
          type="email"
          autoComplete="email"
          required
          errors={isReason(register.error, "EMAIL_TAKEN") ? [register.error.message] : errors["email"]}
        />
        <Field
          label="Username"
          name="username"
          autoComplete="nickname"
          required
          minLength={3}
          maxLength={50}
          errors={isReason(register.error, "USERNAME_TAKEN") ? [register.error.message] : errors["username"]}
        />
        <NewPasswordField label="Password" name="password" errors={errors["password"]} />
        {!isReason(register.error, "EMAIL_TAKEN", "USERNAME_TAKEN", "BAD_INPUT") && (
          <ErrorNote error={register.error} />
        )}
        <Button kind="primary" type="submit" disabled={register.isPending} className="mt-1 h-9">
          {register.isPending ? "Creating…" : "Create account"}
        </Button>
      </Form>
    </AuthCard>
  );
}
