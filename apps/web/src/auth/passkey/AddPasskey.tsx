import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { client } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import { getFormString } from "../../ui/form.ts";
import { Form } from "../../ui/Form.tsx";
import { showToast } from "../../ui/toast.ts";
import { RecoveryCodes } from "../second-factor/RecoveryCodes.tsx";
import { readStepUp, StepUpFields } from "../second-factor/StepUpFields.tsx";
import { useHasSecondFactor } from "../second-factor/useHasSecondFactor.ts";
import { createCredential } from "./ceremonies.ts";

interface AddPasskeyProps {
  hasPassword: boolean;
  onDone: () => void;
  /** What the person can do instead. It disappears with the recovery codes, which are shown only once. */
  alternatives: ReactNode;
}

/** Adds a passkey: the person confirms that it's them, and the browser creates it. */
export function AddPasskey({ hasPassword, onDone, alternatives }: AddPasskeyProps) {
  const hasSecondFactor = useHasSecondFactor();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const add = useMutation({
    mutationFn: async (form: FormData) => {
      const { startCreation, create } = client.auth.passkey;
      const credential = await createCredential(await startCreation.mutate(readStepUp(form)));
      return create.mutate({ name: getFormString(form, "name"), credential });
    },
    onSuccess: ({ passkey: { name }, recoveryCodes }) => {
      showToast(`The passkey “${name}” was added.`);
      if (recoveryCodes === null) onDone();
      else setCodes(recoveryCodes);
    },
  });
  if (codes !== null) return <RecoveryCodes codes={codes} onDone={onDone} />;
  return (
    <Form onSend={(form) => add.mutate(form)}>
      <Field
        label="Passkey name"
        name="name"
        required
        maxLength={60}
        hint="Choose a name that you'll recognize, such as the device or password manager that stores it."
      />
      <StepUpFields hasPassword={hasPassword} hasSecondFactor={hasSecondFactor} error={add.error} />
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" type="submit" disabled={add.isPending}>
          Add passkey
        </Button>
        {alternatives}
      </div>
    </Form>
  );
}
