import { fieldErrorsOf, isReason, type RouterInputs, type RouterOutputs } from "@mdreader/client";
import { useMutation } from "@tanstack/react-query";

import { queryClient, trpc } from "../../../lib/client.ts";
import { Button } from "../../../ui/Button.tsx";
import { ErrorNote } from "../../../ui/ErrorNote.tsx";
import { Field, Select, TextArea } from "../../../ui/Field.tsx";
import { getFormString } from "../../../ui/form.ts";
import { Form } from "../../../ui/Form.tsx";
import { Section } from "../../../ui/Page.tsx";
import { showToast } from "../../../ui/toast.ts";

type Settings = RouterOutputs["auth"]["admin"]["settings"]["get"];
type Changes = RouterInputs["auth"]["admin"]["settings"]["update"];

const fixedHint = "Set by the server's environment.";

/** Reads all settings from the form. Disabled fields, which the environment sets, are not part of it. */
function readForm(form: FormData): Changes {
  const text = (name: string) => getFormString(form, name).trim() || null;
  const all = {
    registration: getFormString(form, "registration") as Settings["registration"], // an option of the select
    allowedEmailDomains: getFormString(form, "allowedEmailDomains")
      .split(/[\s,]+/)
      .filter((domain) => domain !== ""),
    secondFactorRequired: getFormString(form, "secondFactorRequired") === "required",
    workspaceCreation: getFormString(form, "workspaceCreation") as Settings["workspaceCreation"], // as above
    workspaceQuotaMb: Number(getFormString(form, "workspaceQuotaMb")),
    banner: text("banner"),
    termsUrl: text("termsUrl"),
    privacyUrl: text("privacyUrl"),
    accountRetentionDays: Number(getFormString(form, "accountRetentionDays")),
    auditRetentionDays: Number(getFormString(form, "auditRetentionDays")),
    addressRetentionDays: Number(getFormString(form, "addressRetentionDays")),
  } satisfies Changes;
  return Object.fromEntries(Object.entries(all).filter(([name]) => form.has(name)));
}

export function InstanceSettingsForm({ settings }: { settings: Settings }) {
  const save = useMutation(
    trpc.auth.admin.settings.update.mutationOptions({
      onSuccess: async (updated) => {
        queryClient.setQueryData(trpc.auth.admin.settings.get.queryKey(), updated);
        showToast("Saved");
        await queryClient.invalidateQueries(trpc.auth.instance.pathFilter());
      },
    }),
  );
  const errors = fieldErrorsOf(save.error);
  /** Properties of a field, by the setting's name. */
  const bind = (name: keyof Changes, hint?: string) => {
    const isFixed = settings.fixed.includes(name);
    const found = Object.entries(errors).flatMap(([path, messages]) =>
      path === name || path.startsWith(`${name}.`) ? messages : [],
    );
    return {
      name,
      disabled: isFixed,
      hint: isFixed ? fixedHint : hint,
      errors: found.length > 0 ? found : undefined,
    };
  };
  return (
    <Form className="grid gap-10" onSend={(form) => save.mutate(readForm(form))}>
      <Section title="Accounts" lead="Limits on registration don't affect existing accounts.">
        <Select label="Registration" defaultValue={settings.registration} {...bind("registration")}>
          <option value="open">Open: anyone can create an account</option>
          <option value="invitation">By invitation: only people with an invitation to a workspace</option>
          <option value="closed">Closed: no one can create an account</option>
        </Select>
        <Field
          label="Allowed email domains"
          defaultValue={settings.allowedEmailDomains.join(", ")}
          placeholder="example.com"
          {...bind("allowedEmailDomains", "Separate domains with commas. Leave empty to allow all domains.")}
        />
        <Select
          label="Two-step verification"
          defaultValue={settings.secondFactorRequired ? "required" : "optional"}
          {...bind(
            "secondFactorRequired",
            "If required, people who haven't set it up are signed out. It doesn't apply to sign-ins through identity providers.",
          )}
        >
          <option value="optional">Optional</option>
          <option value="required">Required for everyone who signs in with a password</option>
        </Select>
        <Field
          label="Keep deleted accounts for (days)"
          type="number"
          min={0}
          max={3650}
          required
          defaultValue={settings.accountRetentionDays}
          {...bind(
            "accountRetentionDays",
            "You can restore accounts during this time. With 0, accounts are permanently deleted right away.",
          )}
        />
      </Section>
      <Section title="Workspaces">
        <Select
          label="Who can create workspaces"
          defaultValue={settings.workspaceCreation}
          {...bind("workspaceCreation")}
        >
          <option value="users">All users</option>
          <option value="superusers">Administrators</option>
        </Select>
        <Field
          label="Storage quota per workspace (MiB)"
          type="number"
          min={1}
          required
          defaultValue={settings.workspaceQuotaMb}
          {...bind("workspaceQuotaMb", "For workspaces without a quota of their own.")}
        />
      </Section>
      <Section title="Notices">
        <TextArea
          label="Banner"
          maxLength={500}
          defaultValue={settings.banner ?? ""}
          {...bind("banner", "Shown at the top of every page.")}
        />
        <Field
          label="Terms of use"
          type="url"
          placeholder="https://"
          defaultValue={settings.termsUrl ?? ""}
          {...bind("termsUrl")}
        />
        <Field
          label="Privacy policy"
          type="url"
          placeholder="https://"
          defaultValue={settings.privacyUrl ?? ""}
          {...bind("privacyUrl")}
        />
      </Section>
      <Section title="Audit log" lead="Entries can't be edited. They're removed only after this time.">
        <Field
          label="Keep entries for (days)"
          type="number"
          min={1}
          max={3650}
          required
          defaultValue={settings.auditRetentionDays}
          {...bind("auditRetentionDays")}
        />
        <Field
          label="Keep IP addresses for (days)"
          type="number"
          min={1}
          max={3650}
          required
          defaultValue={settings.addressRetentionDays}
          {...bind("addressRetentionDays")}
        />
      </Section>
      <div className="grid gap-3">
        {!isReason(save.error, "BAD_INPUT") && <ErrorNote error={save.error} />}
        <Button kind="primary" type="submit" disabled={save.isPending} className="justify-self-start">
          Save
        </Button>
      </div>
    </Form>
  );
}
