import { fieldErrorsOf, isReason } from "@mdreader/client";
import type { ReactNode } from "react";

import { Button } from "../../ui/Button.tsx";
import { CopyField } from "../../ui/CopyField.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import type { Failure } from "../../ui/error-messages.ts";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Field, Select } from "../../ui/Field.tsx";
import { getFormString } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";
import { ScopeFields } from "./ScopeFields.tsx";
import type { ScopeChoice } from "./scopes.ts";

export interface NewKeyProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** The fields that all API keys have. */
interface CommonInput<Scope> {
  name: string;
  scopes: Scope[];
  expiresInDays?: number;
}

interface NewKeyDialogProps<Scope extends string> extends NewKeyProps {
  description?: string;
  /** An example of a name. */
  placeholder: string;
  nameHint?: string;
  choices: readonly ScopeChoice<Scope>[];
  /** Creates the key. */
  create: {
    data: { secret: string } | undefined;
    error: Failure | null;
    isPending: boolean;
    reset: () => void;
  };
  /** Called with the input, and with the form for its other fields. */
  onSend: (input: CommonInput<Scope>, form: FormData) => void;
  /** The other fields. */
  children: (errors: Record<string, string[]>) => ReactNode;
}

/** Creates an API key and shows its secret once. */
export function NewKeyDialog<Scope extends string>({
  open,
  onOpenChange,
  description,
  placeholder,
  nameHint,
  choices,
  create,
  onSend,
  children,
}: NewKeyDialogProps<Scope>) {
  const onOpen = (opened: boolean) => {
    if (!opened) create.reset();
    onOpenChange(opened);
  };
  if (create.data !== undefined) {
    return (
      <Dialog
        open={open}
        onOpenChange={onOpen}
        title="Copy the key now"
        description="It won't be shown again."
      >
        <CopyField label="API key" value={create.data.secret} />
        <DialogActions>
          <Cancel>Done</Cancel>
        </DialogActions>
      </Dialog>
    );
  }
  const errors = fieldErrorsOf(create.error);
  return (
    <Dialog open={open} onOpenChange={onOpen} title="New API key" description={description}>
      <Form
        onSend={(form) => {
          const days = Number(getFormString(form, "days"));
          const common = {
            name: getFormString(form, "name"),
            scopes: choices.map(({ scope }) => scope).filter((scope) => form.has(scope)),
            ...(days > 0 && { expiresInDays: days }),
          };
          onSend(common, form);
        }}
      >
        <Field
          label="Name"
          name="name"
          required
          maxLength={100}
          placeholder={placeholder}
          hint={nameHint}
          errors={errors["name"]}
        />
        {children(errors)}
        <ScopeFields choices={choices} hasError={errors["scopes"] !== undefined} />
        <Select label="Expires" name="days" defaultValue="0">
          <option value="0">Never</option>
          <option value="7">In a week</option>
          <option value="30">In 30 days</option>
          <option value="90">In 90 days</option>
          <option value="365">In a year</option>
        </Select>
        {!isReason(create.error, "BAD_INPUT") && <ErrorNote error={create.error} />}
        <DialogActions>
          <Cancel />
          <Button kind="primary" type="submit" disabled={create.isPending}>
            Create key
          </Button>
        </DialogActions>
      </Form>
    </Dialog>
  );
}
