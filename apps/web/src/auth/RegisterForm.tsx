import { fieldErrorsOf, isReason } from "@mdreader/client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";

import { trpc } from "../lib/client.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorNote } from "../ui/ErrorNote.tsx";
import { Field } from "../ui/Field.tsx";
import { getFormString } from "../ui/form.ts";
import { Form } from "../ui/Form.tsx";
import { linkClass } from "./link-class.ts";
import { NewPasswordField } from "./NewPasswordField.tsx";

interface RegisterFormProps {
  /** Tokens of the link that the person came with. */
  tokens: { invitationToken?: string; setupToken?: string };
  onRegistered: () => void;
}

/** Creates an account. */
export function RegisterForm({ tokens, onRegistered }: RegisterFormProps) {
  const register = useMutation(trpc.auth.register.mutationOptions({ onSuccess: onRegistered }));
  const instance = useQuery(trpc.auth.instance.queryOptions());
  const next = useSearch({ strict: false, select: (search) => search.next });
  const errors = fieldErrorsOf(register.error);
  const emailErrors = isReason(register.error, "EMAIL_TAKEN", "EMAIL_DOMAIN_NOT_ALLOWED")
    ? [register.error.message]
    : errors["email"];
  return (
    <Form
      onSend={(form) =>
        register.mutate({
          email: getFormString(form, "email"),
          username: getFormString(form, "username"),
          password: getFormString(form, "password"),
          ...tokens,
        })
      }
    >
      <Field label="Email" name="email" type="email" autoComplete="email" required errors={emailErrors} />
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
      {isReason(register.error, "EMAIL_TAKEN") && (
        <p className="text-sm">
          Is it your account?{" "}
          <Link to="/login" search={next === undefined ? {} : { next }} className={linkClass}>
            Sign in with this email
          </Link>
        </p>
      )}
      {!isReason(
        register.error,
        "EMAIL_TAKEN",
        "EMAIL_DOMAIN_NOT_ALLOWED",
        "USERNAME_TAKEN",
        "BAD_INPUT",
      ) && <ErrorNote error={register.error} />}
      <Terms termsUrl={instance.data?.termsUrl ?? null} privacyUrl={instance.data?.privacyUrl ?? null} />
      <Button kind="primary" type="submit" disabled={register.isPending} className="mt-1 h-9">
        {register.isPending ? "Creating…" : "Create account"}
      </Button>
    </Form>
  );
}

/** Links to the terms and the privacy policy of the instance, if it has any. */
function Terms({ termsUrl, privacyUrl }: { termsUrl: string | null; privacyUrl: string | null }) {
  const links = [
    { url: termsUrl, label: "Terms of use" },
    { url: privacyUrl, label: "Privacy policy" },
  ].flatMap(({ url, label }) =>
    url === null ? (
      []
    ) : (
      <a key={label} href={url} target="_blank" rel="noreferrer" className={linkClass}>
        {label}
      </a>
    ),
  );
  if (links.length === 0) return null;
  return <p className="flex gap-4 text-sm text-faint">{links}</p>;
}
