import { fieldErrorsOf, isReason, reasons } from "@mdreader/client";
import { useMutation } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { trpc } from "../lib/client.ts";
import { Button } from "../ui/Button.tsx";
import { ErrorNote } from "../ui/ErrorNote.tsx";
import { Field } from "../ui/Field.tsx";
import { getFormString } from "../ui/form.ts";
import { Form } from "../ui/Form.tsx";
import { LoadingRows } from "../ui/Loading.tsx";
import { PasswordField } from "../ui/PasswordField.tsx";
import { AuthCard } from "./AuthCard.tsx";
import { OrDivider, ProviderLinks } from "./identity/ProviderLinks.tsx";
import { useReturnFromProvider } from "./identity/useReturnFromProvider.ts";
import { useSignInOptions } from "./identity/useSignInOptions.ts";
import { linkClass } from "./link-class.ts";
import { NewPasswordField } from "./NewPasswordField.tsx";
import { PasskeyFactor } from "./passkey/PasskeyFactor.tsx";
import { PasskeyLogin } from "./passkey/PasskeyLogin.tsx";
import { CodeField } from "./second-factor/CodeField.tsx";
import { SessionEndNote } from "./session/SessionEndNote.tsx";
import { useRedirectAfterLogin } from "./useRedirectAfterLogin.ts";

export function LoginPage() {
  const { next, error, signedIn } = useSearch({ from: "/login" });
  const isReturning = useReturnFromProvider(signedIn === true, next);
  const options = useSignInOptions();
  /** Whether an administrator wants to sign in with a password where others have none. */
  const [isAdministrator, setIsAdministrator] = useState(false);
  if (options === undefined || isReturning)
    return (
      <AuthCard title="Sign in">
        <LoadingRows />
      </AuthCard>
    );
  const { acceptsPasswords, acceptsPasskeys, providers } = options;
  const showsPassword = acceptsPasswords || isAdministrator;
  const showsPasskey = acceptsPasskeys || isAdministrator;
  return (
    <AuthCard
      title="Sign in"
      foot={
        acceptsPasswords ? (
          <>
            New here?{" "}
            <Link to="/register" search={next === undefined ? {} : { next }} className={linkClass}>
              Create an account
            </Link>
          </>
        ) : (
          !isAdministrator && (
            <button type="button" className={linkClass} onClick={() => setIsAdministrator(true)}>
              Administrator sign-in
            </button>
          )
        )
      }
    >
      {error === undefined ? <SessionEndNote /> : <ErrorNote error={{ message: reasons[error] }} />}
      <ProviderLinks providers={providers} next={next} />
      {showsPasskey && <PasskeyLogin next={next} />}
      {showsPassword && (showsPasskey || providers.length > 0) && <OrDivider />}
      {showsPassword && (
        <PasswordLogin next={next} mayReset={acceptsPasswords} mayUsePasskey={showsPasskey} />
      )}
    </AuthCard>
  );
}

const readCredentials = (form: FormData) => ({
  email: getFormString(form, "email"),
  password: getFormString(form, "password"),
  ...(form.has("newPassword") && { newPassword: getFormString(form, "newPassword") }),
});

interface PasswordLoginProps {
  next: string | undefined;
  /** Whether a forgotten password can be reset by email. */
  mayReset: boolean;
  /** Whether the server supports passkeys at this address. */
  mayUsePasskey: boolean;
}

function PasswordLogin({ next, mayReset, mayUsePasskey }: PasswordLoginProps) {
  const goOn = useRedirectAfterLogin(next);
  /** Whether an administrator requires a new password. */
  const [mustChange, setMustChange] = useState(false);
  /** Whether the account has a second factor. */
  const [needsCode, setNeedsCode] = useState(false);
  const logIn = useMutation(
    trpc.auth.login.mutationOptions({
      onSuccess: goOn,
      onError: (error) => {
        setMustChange((before) => before || isReason(error, "PASSWORD_CHANGE_REQUIRED"));
        setNeedsCode((before) => before || isReason(error, "SECOND_FACTOR_REQUIRED"));
      },
    }),
  );
  const errors = fieldErrorsOf(logIn.error);
  return (
    <Form
      onSend={(form) =>
        logIn.mutate({
          ...readCredentials(form),
          ...(form.has("code") && { code: getFormString(form, "code") }),
        })
      }
    >
      <Field label="Email" name="email" type="email" autoComplete="username" required />
      <PasswordField label="Password" name="password" autoComplete="current-password" required />
      {mustChange && (
        <NewPasswordField label="New password" name="newPassword" errors={errors["newPassword"]} />
      )}
      {needsCode && <CodeField error={logIn.error} takesFocus />}
      {needsCode && mayUsePasskey && (
        <PasskeyFactor onAnswered={(form, passkey) => logIn.mutate({ ...readCredentials(form), passkey })} />
      )}
      {!isReason(logIn.error, "SECOND_FACTOR_REQUIRED", "SECOND_FACTOR_WRONG") && (
        <ErrorNote error={logIn.error} />
      )}
      <Button kind="primary" type="submit" disabled={logIn.isPending} className="mt-1 h-9">
        {logIn.isPending ? "Signing in…" : "Sign in"}
      </Button>
      {mayReset && (
        <Link
          to="/forgot-password"
          className="justify-self-center text-sm text-faint hover:text-ink pointer-coarse:py-2.5"
        >
          Forgot your password?
        </Link>
      )}
    </Form>
  );
}
