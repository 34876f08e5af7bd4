import type { Mail } from "@mdreader/api";

/** A rendered mail without its sender. */
export interface Message {
  to: string;
  subject: string;
  text: string;
  html: string;
}

interface Content {
  subject: string;
  /** Paragraphs. */
  before: string[];
  button?: { label: string; url: string };
  after: string[];
}

const ignoreHint = "If this wasn't you, you can ignore this email. Nothing will change.";

function createContent(mail: Mail): Content {
  switch (mail.kind) {
    case "verifyEmail":
      return {
        subject: "Confirm your email address",
        before: [`Hello ${mail.username},`, "Please confirm that this email address is yours."],
        button: { label: "Confirm email address", url: mail.url },
        after: [ignoreHint],
      };
    case "resetPassword":
      return {
        subject: "Choose a new password",
        before: [`Hello ${mail.username},`, "Someone requested a password reset for your account."],
        button: { label: "Choose a new password", url: mail.url },
        after: [ignoreHint],
      };
    case "agreeEmailChange":
      return {
        subject: "Change your email address?",
        before: [
          `Hello ${mail.username},`,
          `Someone who is signed in to your account wants to change its email address to ${mail.newEmail}.`,
        ],
        button: { label: "Approve or deny", url: mail.url },
        after: ["If this wasn't you, deny the change, and change your password immediately."],
      };
    case "proveEmail":
      return {
        subject: "Confirm your new email address",
        before: [
          "Hello,",
          `Please confirm that this is the new email address of the account ${mail.username}.`,
        ],
        button: { label: "Confirm email address", url: mail.url },
        after: [ignoreHint],
      };
    case "emailChanged":
      return {
        subject: "Your email address was changed",
        before: [
          `Hello ${mail.username},`,
          `The email address of your account is now ${mail.newEmail}. Use it to sign in from now on.`,
        ],
        after: ["If this wasn't you, tell your administrator immediately."],
      };
    case "passwordChanged":
      return {
        subject: "Your password was changed",
        before: [`Hello ${mail.username},`, "The password for your account was changed."],
        after: ["If this wasn't you, reset your password immediately. This also signs out all devices."],
      };
    case "secondFactorEnabled":
      return {
        subject: "Two-step verification was turned on",
        before: [
          `Hello ${mail.username},`,
          "Signing in to your account with your password now also requires a code from your authenticator app.",
        ],
        after: ["If this wasn't you, change your password, and ask your administrator for help."],
      };
    case "secondFactorDisabled":
      return {
        subject: "Two-step verification was turned off",
        before: [
          `Hello ${mail.username},`,
          "Signing in to your account with your password no longer requires a code.",
        ],
        after: ["If this wasn't you, reset your password immediately. This also signs out all devices."],
      };
    case "secondFactorReset":
      return {
        subject: "Two-step verification was reset",
        before: [
          `Hello ${mail.username},`,
          "An administrator turned off two-step verification for your account and signed you out on all devices. You can " +
            "sign in with just your password, and set it up again on your profile page.",
        ],
        after: ["If you didn't ask for this, change your password, and tell your administrator."],
      };
    case "passkeyAdded":
      return {
        subject: "A passkey was added to your account",
        before: [
          `Hello ${mail.username},`,
          `You can now sign in to your account with the passkey “${mail.name}”. Signing in with your password now also requires a passkey or a code.`,
        ],
        after: [
          "If this wasn't you, reset your password immediately, and remove the passkey on your profile page.",
        ],
      };
    case "passkeyRemoved":
      return {
        subject: "A passkey was removed from your account",
        before: [
          `Hello ${mail.username},`,
          `The passkey “${mail.name}” can no longer be used to sign in to your account.`,
        ],
        after: ["If this wasn't you, reset your password immediately. This also signs out all devices."],
      };
    case "identityLinked":
      return {
        subject: `${mail.provider} was linked to your account`,
        before: [`Hello ${mail.username},`, `You can now sign in to your account with ${mail.provider}.`],
        after: [
          "If this wasn't you, tell your administrator immediately. If you have a password, reset it. This also unlinks all identities.",
        ],
      };
    case "accountDeleted":
      return {
        subject: "Your account was deleted",
        before: [
          `Hello ${mail.username},`,
          mail.purgeAt === null
            ? "Your account was permanently deleted."
            : `Your account was deleted. It can be restored until ${formatDate(mail.purgeAt)}. After that, it is permanently deleted.`,
        ],
        after:
          mail.purgeAt === null
            ? []
            : ["If you want to keep your account, ask your administrator to restore it."],
      };
    case "accountRestored":
      return {
        subject: "Your account was restored",
        before: [
          `Hello ${mail.username},`,
          "An administrator restored your account. You can sign in again. Your API keys remain revoked.",
        ],
        after: ["If you didn't ask for this, you can delete your account again on your profile page."],
      };
    case "test":
      return {
        subject: "Test email",
        before: [`Hello ${mail.username},`, "This email shows that your server can send email."],
        after: ["You requested it to test the email settings of the server."],
      };
    case "mention":
      return {
        subject: `${mail.author} mentioned you in “${mail.documentTitle}”`,
        before: [`${mail.author} mentioned you in a comment on “${mail.documentTitle}”:`, mail.text],
        button: { label: "Read the comment", url: mail.url },
        after: [],
      };
    case "invitation":
      return {
        subject: `${mail.invitedBy} invited you to ${mail.workspaceName}`,
        before: [`${mail.invitedBy} invited you to collaborate in ${mail.workspaceName} on MDReader.`],
        button: { label: "Accept invitation", url: mail.url },
        after: ["If you don't know the sender, you can ignore this email."],
      };
    default:
      return mail satisfies never;
  }
}

/** The date in UTC, such as November 29, 2026. */
const formatDate = (at: string) =>
  new Date(at).toLocaleDateString("en-US", { dateStyle: "long", timeZone: "UTC" });

/** Renders a mail as plain text and simple HTML. */
export function renderMail(mail: Mail): Message {
  const { subject, before, button, after } = createContent(mail);
  const link = button === undefined ? [] : [`${button.label}:\n${button.url}`];
  const text = [...before, ...link, ...after, "MDReader"].join("\n\n");
  const html = [
    ...before.map(renderParagraph),
    ...(button === undefined ? [] : [renderButton(button)]),
    ...after.map(renderParagraph),
    `<p style="color:#666">MDReader</p>`,
  ].join("\n");
  return { to: mail.to, subject, text, html: `<div style="font:16px/1.5 sans-serif">\n${html}\n</div>` };
}

const renderParagraph = (text: string) => `<p>${escapeHtml(text)}</p>`;

const renderButton = ({ label, url }: { label: string; url: string }) =>
  `<p><a href="${escapeHtml(url)}">${escapeHtml(label)}</a></p>`;

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes text for use in HTML content and attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
