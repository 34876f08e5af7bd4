import { useQuery } from "@tanstack/react-query";

import { trpc } from "../../lib/client.ts";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { LoadingRows } from "../../ui/Loading.tsx";
import { Page, Section } from "../../ui/Page.tsx";
import { EmailChange } from "../email-change/EmailChange.tsx";
import { Identities } from "../identity/Identities.tsx";
import { useSignInOptions } from "../identity/useSignInOptions.ts";
import { Passkeys } from "../passkey/Passkeys.tsx";
import { SecondFactorSettings } from "../second-factor/SecondFactorSettings.tsx";
import { DeleteAccount } from "./DeleteAccount.tsx";
import { EmailStatus } from "./EmailStatus.tsx";
import { ExportAccount } from "./ExportAccount.tsx";
import { PasswordForm } from "./PasswordForm.tsx";
import { ProfileForm } from "./ProfileForm.tsx";

/** The person's account settings. */
export function ProfilePage() {
  const me = useQuery(trpc.auth.me.queryOptions());
  const sendsMail = useQuery(trpc.auth.instance.queryOptions()).data?.sendsMail ?? true;
  const { acceptsPasswords = false, providers = [] } = useSignInOptions() ?? {};
  const usesPassword = acceptsPasswords || me.data?.isSuperuser === true;
  return (
    <Page title="Profile">
      {me.isPending && <LoadingRows />}
      <ErrorNote error={me.error} retry={me.refetch} />
      {me.data !== undefined && (
        <>
          <Section title="Name" lead="Visible to members of your workspaces.">
            <ProfileForm me={me.data} />
          </Section>
          <Section
            title="Email"
            lead={`To change your email address, ${describeLinks(sendsMail, me.data.isSuperuser)} your current and new addresses. You'll stay signed in.`}
          >
            <EmailStatus me={me.data} />
            <EmailChange
              hasPassword={me.data.hasPassword && usesPassword}
              isSuperuser={me.data.isSuperuser}
            />
          </Section>
          {providers.length > 0 && (
            <Section title="Linked identities" lead="You can sign in with any of these.">
              <Identities providers={providers} hasPassword={me.data.hasPassword && usesPassword} />
            </Section>
          )}
          {usesPassword && (
            <Section
              title="Password"
              lead={
                me.data.hasPassword
                  ? "Changing your password signs out your other sessions."
                  : "Set a password to sign in without an identity provider."
              }
            >
              <PasswordForm me={me.data} />
            </Section>
          )}
          {usesPassword && (
            <Section
              title="Passkeys"
              lead="Sign in with your fingerprint, face or screen lock instead of your password. A passkey also works as the second step after your password."
            >
              <Passkeys hasPassword={me.data.hasPassword} />
            </Section>
          )}
          {usesPassword && (
            <Section
              title="Two-step verification"
              lead="Signing in with your password also requires a code from an authenticator app, or a passkey."
            >
              <SecondFactorSettings hasPassword={me.data.hasPassword} />
            </Section>
          )}
          <Section
            title="Your data"
            lead="Download a zip archive of your profile, sessions, API keys and audit entries, and of the documents, versions, comments and files that you created in your workspaces."
          >
            <ExportAccount hasPassword={me.data.hasPassword && usesPassword} />
          </Section>
          <Section
            title="Delete account"
            lead="Your contributions stay in their workspaces without your name. Your public links keep working, but no longer belong to you."
          >
            <DeleteAccount hasPassword={me.data.hasPassword && usesPassword} />
          </Section>
        </>
      )}
    </Page>
  );
}

/** The links that confirm a change, up to what they are for. Administrators find those that weren't sent themselves. */
function describeLinks(sendsMail: boolean, isSuperuser: boolean): string {
  if (sendsMail) return "open the links that we send to";
  return isSuperuser ? "open the links on the System page for" : "ask your administrator for the links for";
}
